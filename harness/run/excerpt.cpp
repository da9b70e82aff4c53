#include "run/excerpt.h"

#include <fmt/format.h>

#include <fstream>

#include "base/utf8.h"

namespace e2e {
namespace {

constexpr int kAround = 2;
constexpr std::size_t kLongestLine = 160;

}  // namespace

std::string Excerpt(const SourceLocation& where) {
  if (where.line <= 0) return "";
  std::ifstream in(where.file);
  std::string text, line;
  bool reached = false;
  for (int number = 1; number <= where.line + kAround && std::getline(in, line); ++number) {
    reached = reached || number == where.line;
    if (number < where.line - kAround) continue;
    text += fmt::format("{} {:>4}  {}\n", number == where.line ? ">" : " ", number, CutTo(line, kLongestLine));
  }
  return reached ? text : "";
}

}  // namespace e2e
