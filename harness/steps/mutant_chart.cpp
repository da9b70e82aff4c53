#include "steps/mutant_chart.h"

#include <fmt/format.h>

#include <fstream>
#include <iterator>

namespace e2e {
namespace fs = std::filesystem;
namespace {

int CountOf(const std::string& text, const std::string& part) {
  int count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

Status Edit(const fs::path& target, const ChartEdit& edit) {
  std::ifstream in(target / edit.file, std::ios::binary);
  if (!in) return Error(ErrorKind::kExpectation, fmt::format("the chart has no file {}", edit.file));
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const int count = edit.replace.empty() ? 0 : CountOf(text, edit.replace);
  if (count != 1) {
    return Error(ErrorKind::kExpectation,
                 fmt::format("{} has \"{}\" {} times, not once", edit.file, edit.replace, count));
  }
  if (edit.replace == edit.with) {
    return Error(ErrorKind::kExpectation, fmt::format("the edit of {} changes nothing", edit.file));
  }
  text.replace(text.find(edit.replace), edit.replace.size(), edit.with);
  std::ofstream out(target / edit.file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) return Error(ErrorKind::kInfra, (target / edit.file).string() + " can't be written");
  return {};
}

}  // namespace

Status MakeMutantChart(const fs::path& chart, const std::vector<ChartEdit>& edits, const fs::path& target) {
  std::error_code code;
  fs::create_directories(target.parent_path(), code);
  fs::copy(chart, target, fs::copy_options::recursive, code);
  if (code) {
    return Error(ErrorKind::kInfra,
                 fmt::format("{} can't be copied to {}: {}", chart.string(), target.string(), code.message()));
  }
  for (const ChartEdit& edit : edits) E2E_CHECK(Edit(target, edit), "changing the chart");
  return {};
}

}  // namespace e2e
