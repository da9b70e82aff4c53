#include "gtest/github.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace e2e {
namespace {

// Of a message; in a property, a colon and a comma have a meaning, too.
std::string Escaped(std::string_view text, bool property) {
  std::string escaped;
  for (const char c : text) {
    const bool special = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    if (special) {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string_view Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string Annotations(const std::vector<ScenarioResult>& results) {
  std::string text;
  for (const ScenarioResult& result : results) {
    // What the user stopped has no fault of its own.
    const Verdict verdict = result.verdict;
    if (verdict == Verdict::kPass || verdict == Verdict::kSkipped || verdict == Verdict::kInterrupted) continue;
    const SourceLocation where = result.error && result.error->where() ? *result.error->where() : result.where;
    const std::string message = result.error ? result.error->Render() : result.title;
    text += fmt::format("::{} file={},line={},title={}::{}\n", verdict == Verdict::kFlaky ? "warning" : "error",
                        Escaped(where.file, true), where.line,
                        Escaped(fmt::format("{} {}", Name(result.verdict), result.id), true), Escaped(message, false));
  }
  return text;
}

std::string Annotations(const std::vector<RunProblem>& problems) {
  std::string text;
  for (const RunProblem& problem : problems) {
    if (problem.verdict() == Verdict::kInterrupted) continue;
    text += fmt::format("::error title={}::{}\n",
                        Escaped(fmt::format("{} {}", Name(problem.verdict()), problem.what), true),
                        Escaped(problem.error.Render(), false));
  }
  return text;
}

void TellGithub(const RunInfo& info, const std::vector<ScenarioResult>& results,
                const std::vector<RunProblem>& problems) {
  if (Variable("GITHUB_ACTIONS") != "true") return;
  std::cout << Annotations(problems) << Annotations(results) << std::flush;
  const std::string_view summary = Variable("GITHUB_STEP_SUMMARY");
  if (summary.empty()) return;
  std::ifstream in(info.folder / "summary.md");
  std::ofstream out{std::string(summary), std::ios::app};
  out << in.rdbuf() << "\n";
  if (!out) std::cout << "::warning::the job summary can't be written\n";
}

}  // namespace e2e
