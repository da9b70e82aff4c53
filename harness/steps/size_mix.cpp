#include "steps/size_mix.h"

#include <fmt/format.h>

#include "base/text.h"

namespace e2e {
namespace {

constexpr long long kLargest = 64LL * 1024 * 1024;
constexpr long long kSmallest = 512;
constexpr long long kHeaviest = 1'000'000;

// SplitMix64: well spread even for numbers that follow each other.
std::uint64_t Scattered(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

}  // namespace

Outcome<SizeMix> SizeMix::Parse(const std::map<std::string, std::string>& weights) {
  SizeMix mix;
  for (const auto& [size_text, weight_text] : weights) {
    const auto size = ParseSize(size_text);
    if (!size || *size < kSmallest || *size > kLargest) {
      return Error(ErrorKind::kBadScenario,
                   fmt::format("\"{}\" is not a size between 512 and 64MiB, such as 4KiB", size_text));
    }
    const auto weight = ParseInt(weight_text);
    if (!weight || *weight < 1 || *weight > kHeaviest) {
      return Error(ErrorKind::kBadScenario, fmt::format("the weight of {} must be a whole number from 1 on, not \"{}\"",
                                                        size_text, weight_text));
    }
    mix.parts_.push_back({{*size, *size}, static_cast<std::uint64_t>(*weight)});
  }
  if (mix.parts_.empty()) return Error(ErrorKind::kBadScenario, "there is no size");
  return mix;
}

std::size_t SizeMix::Of(std::uint64_t seed, std::uint64_t number) const {
  const std::uint64_t random = Scattered(Scattered(seed) ^ number);
  std::uint64_t total = 0;
  for (const Part& part : parts_) total += part.weight;
  std::uint64_t left = random % total;
  for (const Part& part : parts_) {
    if (left >= part.weight) {
      left -= part.weight;
      continue;
    }
    const auto sizes = static_cast<std::uint64_t>(part.range.max - part.range.min) + 1;
    return static_cast<std::size_t>(part.range.min) + static_cast<std::size_t>(Scattered(random) % sizes);
  }
  return static_cast<std::size_t>(parts_.back().range.max);
}

}  // namespace e2e
