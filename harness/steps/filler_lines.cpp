#include "steps/filler_lines.h"

#include <algorithm>
#include <iterator>

namespace e2e {
namespace {

constexpr long long kMost = 256 * 1024 * 1024;
constexpr std::size_t kPiece = std::size_t{4} * 1024 * 1024;

}  // namespace

void FillerLines::Fields(FieldVisitor& visitor) {
  visitor.Size("size", size, {.help = "octets with all line ends", .min = 3, .max = kMost});
  visitor.Number("line", line, {.help = "octets of a line before its CRLF", .min = 16, .max = 64 * 1024});
  visitor.Text("text", text, {.help = "a line that is sent again and again"});
  visitor.Number("times", times, {.help = "how often", .min = 1, .max = 10'000});
}

std::string FillerLines::Check() const {
  if (size.min != size.max) return "\"size\" of a filler is one size, not a range";
  return "";
}

std::size_t FillerLines::Size() const {
  return static_cast<std::size_t>(text.empty() ? size.max : (std::ssize(text) + 2) * times);
}

std::string FillerLines::Line(std::size_t left) const {
  if (!text.empty()) return text + "\r\n";
  std::size_t octets = std::min(left, static_cast<std::size_t>(line) + 2);
  // What is left has to have room for a line with its CRLF.
  if (left > octets && left - octets < 3) octets = left - 3;
  return std::string(octets - 2, 'x') + "\r\n";
}

Status FillerLines::Each(const std::function<Status(std::string_view piece)>& take) const {
  std::string piece;
  for (std::size_t left = Size(); left > 0;) {
    const std::string next = Line(left);
    piece += next;
    left -= next.size();
    if (piece.size() < kPiece && left > 0) continue;
    if (Status taken = take(piece); !taken) return taken;
    piece.clear();
  }
  return {};
}

bool FillerMatch::Begun(std::string_view& piece) {
  if (begun_) return true;
  const std::string first = filler_->Line(left_);
  tail_ += piece;
  const std::size_t at = tail_.find(first);
  if (at == std::string::npos) {
    if (tail_.size() >= first.size()) tail_.erase(0, tail_.size() - first.size() + 1);
    return false;
  }
  // What was kept of before is shorter than the line, so that the line's end is in this piece.
  piece.remove_prefix(piece.size() - (tail_.size() - at - first.size()));
  left_ -= first.size();
  tail_.clear();
  begun_ = true;
  return true;
}

void FillerMatch::Take(std::string_view piece) {
  if (broken_ || left_ == 0 || !Begun(piece)) return;
  while (!piece.empty() && left_ > 0) {
    if (expected_.empty()) expected_ = filler_->Line(left_);
    const std::size_t octets = std::min(piece.size(), expected_.size());
    broken_ = piece.substr(0, octets) != std::string_view(expected_).substr(0, octets);
    if (broken_) return;
    piece.remove_prefix(octets);
    expected_.erase(0, octets);
    left_ -= octets;
  }
}

}  // namespace e2e
