// FillerLines: octets that are of no interest but for their number and the length of their lines.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"
#include "scenario/fields.h"

namespace e2e {

// Lines of "x", each with its CRLF; the last one may be shorter. Or one text over and over.
struct FillerLines : FieldGroup {
  void Fields(FieldVisitor& visitor) override;
  std::vector<std::vector<std::string>> Alternatives() const override { return {{"size"}, {"text"}}; }
  std::string Check() const override;

  std::size_t Size() const;
  // Its octets piece by piece, as they may be too many to keep. Stops at the first failure.
  Status Each(const std::function<Status(std::string_view piece)>& take) const;

  SizeRange size;
  // Octets before the CRLF.
  long long line = 76;
  std::string text;
  long long times = 1;

  // The next line of `left` octets in all.
  std::string Line(std::size_t left) const;
};

// Whether octets that come piece by piece hold a filler whole, which begins where its first line is first found.
// `filler` must outlive it.
class FillerMatch {
 public:
  explicit FillerMatch(const FillerLines& filler) : filler_(&filler), left_(filler.Size()) {}
  void Take(std::string_view piece);
  bool whole() const { return left_ == 0; }

 private:
  // Whether the beginning is found; what follows it is then in `piece`.
  bool Begun(std::string_view& piece);

  const FillerLines* filler_;
  std::size_t left_;
  // The rest of the line that comes next, once it has begun.
  std::string expected_;
  // What may be the beginning of the first line.
  std::string tail_;
  bool begun_ = false;
  bool broken_ = false;
};

}  // namespace e2e
