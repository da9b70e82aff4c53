#include "run/judge.h"

#include <fmt/format.h>

#include <algorithm>

#include "cluster/helm_release.h"

namespace e2e {
namespace {

constexpr std::string_view kFates[] = {"killed", "survived", "wrong", "void", "unjudged"};

bool Named(const StepResult& step, const Killer& killer) {
  return step.kind == killer.step || (step.check && step.check->id == killer.step);
}

bool Says(const Error& error, const std::string& reason) {
  return error.reason() == reason || error.Render().find(reason) != std::string::npos;
}

bool SaysWhy(const Error& error, const Killer& killer) {
  return Says(error, killer.reason) || std::any_of(killer.others.begin(), killer.others.end(),
                                                   [&](const std::string& other) { return Says(error, other); });
}

bool Kills(const StepResult& step, const Killer& killer) {
  return step.error && VerdictOf(*step.error) == Verdict::kFail && Named(step, killer) && SaysWhy(*step.error, killer);
}

// It never came to be. A later step that helm refuses may be what the killer names.
bool Refused(const StepResult& step, const Killer& killer) {
  if (!step.error) return false;
  const std::string& reason = step.error->reason();
  if (reason == kNoMutant) return true;
  return reason == kHelmRefused && (step.kind == "install" || !Kills(step, killer));
}

// With what stands behind it: the words of a post-renderer, of the API. They follow the command.
std::string WordsOf(const Error& error) {
  const std::string& detail = error.detail();
  const std::size_t words = detail.find("Error: ");
  if (detail.empty()) return error.message();
  return error.message() + ": " + (words == std::string::npos ? detail : detail.substr(words));
}

std::string Failed(const StepResult& step) {
  return fmt::format("{}: {}", step.check ? step.check->id : step.kind, step.error->message());
}

MutantResult FateOf(const Mutant& mutant, const ScenarioResult& result) {
  MutantResult judged{.breaks = mutant.breaks, .killer = mutant.killer};
  const Killer& killer = mutant.killer;
  const auto& steps = result.steps;
  const auto refused =
      std::find_if(steps.begin(), steps.end(), [&](const auto& step) { return Refused(step, killer); });
  const auto kill = std::find_if(steps.begin(), steps.end(), [&](const auto& step) { return Kills(step, killer); });
  if (result.verdict == Verdict::kPass) {
    judged.fate = Fate::kSurvived;
    judged.seen = fmt::format("{} passed", killer.scenario);
  } else if (result.verdict == Verdict::kInfra || result.verdict == Verdict::kInterrupted) {
    judged.seen = result.error ? result.error->message() : "";
  } else if (refused != steps.end()) {
    judged.fate = Fate::kVoid;
    judged.seen = WordsOf(*refused->error);
  } else if (kill != steps.end()) {
    judged.fate = Fate::kKilled;
    judged.seen = Failed(*kill);
  } else {
    judged.fate = Fate::kWrong;
    const auto first =
        std::find_if(steps.begin(), steps.end(), [](const auto& step) { return step.error.has_value(); });
    judged.seen = first != steps.end() ? Failed(*first) : result.error->message();
  }
  return judged;
}

std::string Accusation(const MutantResult& judged) {
  return fmt::format("mutant {}: {}; {} of {} must fail with \"{}\"", Name(judged.fate), judged.seen,
                     judged.killer.step, judged.killer.scenario, judged.killer.reason);
}

}  // namespace

std::string_view Name(Fate fate) {
  return kFates[static_cast<std::size_t>(fate)];
}

Fate FateNamed(std::string_view name) {
  const auto* found = std::find(std::begin(kFates), std::end(kFates), name);
  return found == std::end(kFates) ? Fate::kUnjudged : static_cast<Fate>(found - std::begin(kFates));
}

void Judge(const Mutant& mutant, ScenarioResult& result) {
  result.mutant = FateOf(mutant, result);
  switch (result.mutant->fate) {
    case Fate::kUnjudged: return;
    case Fate::kKilled:
      result.verdict = Verdict::kPass;
      result.note = "killed by " + result.mutant->seen;
      result.error.reset();
      return;
    default: break;
  }
  const std::string detail = result.error ? result.error->Render() : "";
  result.verdict = Verdict::kFail;
  result.error = Error(ErrorKind::kExpectation, Accusation(*result.mutant)).At(mutant.where).Detail(detail);
}

}  // namespace e2e
