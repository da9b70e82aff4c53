// A second pod beside the one of the release, on the same volume: only one of them may own its files.
#pragma once

#include <string>

#include "cluster/faults.h"

namespace e2e {

struct SecondPod {
  std::string first, second, second_uid;
  // How the second one's server, or what should have prepared it, ended.
  std::string ended;
  std::string Text() const;
};
// Scales the Deployment to two, waits until the second server has ended by itself, and scales back, whatever happened
// before; at the end the first pod is the only one. kExpectation when the second pod becomes ready or when the first
// one's container does not go on.
Outcome<SecondPod> AddSecondPod(const FaultTarget& target, const std::string& deployment, Deadline deadline);

}  // namespace e2e
