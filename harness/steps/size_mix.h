// SizeMix: how large the messages of a load are.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "scenario/fields.h"

namespace e2e {

class SizeMix {
 public:
  // Every size of the range is as likely as any other.
  explicit SizeMix(SizeRange range) : parts_{{range, 1}} {}
  // Sizes and their weights, as a scenario writes them: {"4KiB": "70", "1MiB": "5"}. kBadScenario tells what is wrong.
  static Outcome<SizeMix> Parse(const std::map<std::string, std::string>& weights);

  // The size of message `number`: the same for the same seed, whatever was asked for before.
  std::size_t Of(std::uint64_t seed, std::uint64_t number) const;

 private:
  struct Part {
    SizeRange range;
    std::uint64_t weight;
  };
  SizeMix() = default;

  std::vector<Part> parts_;
};

}  // namespace e2e
