#include "run/attempts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace e2e {
namespace {

bool Failed(const ScenarioResult& result) {
  return result.verdict == Verdict::kFail;
}

std::string NoteOn(const std::vector<ScenarioResult>& attempts) {
  std::vector<std::string> words;
  for (const ScenarioResult& attempt : attempts) {
    words.push_back(fmt::format("{} on attempt {}", Name(attempt.verdict), words.size() + 1));
  }
  return Join(words, ", ");
}

ScenarioResult Conclude(std::vector<ScenarioResult> attempts) {
  if (attempts.size() == 1) return std::move(attempts.front());
  const ScenarioResult& last = attempts.back();
  const auto first_failed = std::find_if(attempts.begin(), attempts.end(), Failed);
  ScenarioResult result = last;
  if (last.verdict == Verdict::kPass && first_failed != attempts.end()) {
    result.verdict = Verdict::kFlaky;
    result.error = first_failed->error;
    result.excerpt = first_failed->excerpt;
  } else if (last.verdict != Verdict::kPass && last.verdict != Verdict::kInterrupted &&
             first_failed != attempts.end()) {
    result = *std::find_if(attempts.rbegin(), attempts.rend(), Failed);
  }
  result.note = NoteOn(attempts);
  result.elapsed = Duration(0);
  for (const ScenarioResult& attempt : attempts) {
    result.elapsed += attempt.elapsed;
    result.kept = result.kept || attempt.kept;
  }
  result.attempts = std::move(attempts);
  return result;
}

}  // namespace

ScenarioResult RunWithRetries(int retries, const RunAttempt& run) {
  std::vector<ScenarioResult> attempts;
  while (true) {
    const int attempt = static_cast<int>(attempts.size()) + 1;
    const bool last = attempt > retries;
    attempts.push_back(run(attempt, last));
    const Verdict verdict = attempts.back().verdict;
    if (last || (verdict != Verdict::kFail && verdict != Verdict::kInfra)) return Conclude(std::move(attempts));
  }
}

}  // namespace e2e
