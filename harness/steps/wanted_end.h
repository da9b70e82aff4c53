// WantedEnd: how a wait for pods ought to end.
#pragma once

#include <string>
#include <vector>

#include "base/outcome.h"

namespace e2e {

struct WantedEnd {
  // A name out of AllReasons(), or empty: readiness.
  std::string reason;
  // Words that the wait's text must hold.
  std::vector<std::string> says;
};

// Names of all reasons, for the choices of a field.
std::vector<std::string> ReasonNames();

// `ended` is what the wait came to. kExpectation when it ended otherwise: ready, for another reason, by its deadline
// although waits end early for the reason, or without the words.
Status JudgeEnd(const WantedEnd& wanted, const Status& ended);

}  // namespace e2e
