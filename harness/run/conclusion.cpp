#include "run/conclusion.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace e2e {
namespace {

// The worst of them decides what all of it means.
Error Together(const std::vector<const StepResult*>& failed) {
  std::vector<std::string> names;
  std::string all;
  for (const StepResult* step : failed) {
    names.push_back(step->check ? step->check->id : step->kind);
    all += step->error->Render() + "\n";
  }
  const auto milder = [](const StepResult* a, const StepResult* b) {
    return VerdictOf(*a->error) < VerdictOf(*b->error);
  };
  const Error& worst = *(*std::max_element(failed.begin(), failed.end(), milder))->error;
  Error error(worst.kind(), fmt::format("{} steps failed: {}", failed.size(), Join(names, ", ")));
  error.Because(worst.reason()).Detail(all);
  return failed.front()->error->where() ? error.At(*failed.front()->error->where()) : error;
}

}  // namespace

void Conclude(bool checks, ScenarioResult& result) {
  std::vector<const StepResult*> failed;
  for (const StepResult& step : result.steps) {
    if (step.error) failed.push_back(&step);
  }
  if (!failed.empty()) {
    result.error = failed.size() == 1 ? *failed.front()->error : Together(failed);
  } else if (checks) {
    result.verdict = Verdict::kPass;
    return;
  } else {
    result.error = Error(ErrorKind::kInconclusive, "no step of this scenario checks anything").At(result.where);
  }
  result.verdict = VerdictOf(*result.error);
}

void CountCleanUp(ScenarioResult& result) {
  if (result.verdict != Verdict::kPass || result.cleanup_errors.empty()) return;
  result.verdict = Verdict::kInfra;
  result.error = result.cleanup_errors.front();
}

}  // namespace e2e
