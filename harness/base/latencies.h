// Latencies: how long many things of one sort took, counted in classes.
#pragma once

#include <cstddef>
#include <map>

#include "base/clock.h"

namespace e2e {

// A class ends at 1 ms, 2 ms, 4 ms and so on; what took less than a millisecond is in the first one. Thread rule: one
// thread.
class Latencies {
 public:
  void Add(Duration took) {
    long long end = 1;
    while (end < took.count()) end *= 2;
    ++counts_[end];
  }
  // How many there are in each class that has any, by its end in milliseconds.
  const std::map<long long, std::size_t>& counts() const { return counts_; }

 private:
  std::map<long long, std::size_t> counts_;
};

}  // namespace e2e
