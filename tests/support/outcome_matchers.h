// Matchers for Outcome: EXPECT_THAT(outcome, Succeeds()), EXPECT_THAT(outcome, FailsWith(kind, HasSubstr("…"))).
#pragma once

#include <gmock/gmock.h>

#include "base/outcome.h"

namespace e2e {

MATCHER(Succeeds, "succeeds") {
  if (!arg) *result_listener << "which is " << Name(arg.error().kind()) << ": " << arg.error().Render();
  return arg.has_value();
}

// `text` is matched against the whole rendered error.
MATCHER_P2(FailsWith, kind, text, std::string("fails with ") + std::string(Name(kind))) {
  if (arg) {
    *result_listener << "which succeeds";
    return false;
  }
  *result_listener << "which is " << Name(arg.error().kind()) << ": " << arg.error().Render();
  return arg.error().kind() == kind && testing::ExplainMatchResult(text, arg.error().Render(), result_listener);
}

}  // namespace e2e
