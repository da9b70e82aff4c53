// Hope: whether waiting still makes sense.
#pragma once

#include <map>
#include <string>

#include "cluster/causes.h"

namespace e2e {

// One for each wait, as it remembers since when each cause is there. A state counts from when this wait first saw it,
// on the harness's clock, or from when the cluster says that it began, on the cluster's clock; the two are never mixed.
// A state that goes away in between counts from the start again.
class Hope {
 public:
  // An error of kind kExpectation, with the reason's code, for a cause that has passed its limit in reason.cpp.
  Status Check(const Snapshot& snapshot, TimePoint now);

 private:
  std::map<std::string, TimePoint> since_;
};

// The code for a wait that is not over: that of the first cause. Empty when there is none.
std::string ReasonName(const Snapshot& snapshot);

}  // namespace e2e
