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
  std::string Octets() const;
  // The same piece by piece, for what is too large to keep. Stops at the first failure.
  Status Each(const std::function<Status(std::string_view piece)>& take) const;

  SizeRange size;
  // Octets before the CRLF.
  long long line = 76;
  std::string text;
  long long times = 1;

 private:
  // The next line of `left` octets in all.
  std::string Line(std::size_t left) const;
};

}  // namespace e2e
