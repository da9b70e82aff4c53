#include "run/again_command.h"

#include <gtest/gtest.h>

namespace e2e {
namespace {

TEST(AgainCommand, NamesTheCommandThatKnowsTheScenario) {
  EXPECT_EQ(AgainCommand("smoke/ports"), "make e2e ONLY=smoke/ports");
  EXPECT_EQ(AgainCommand("sabotage/port-gone"), "make prove M=port-gone");
  EXPECT_EQ(AgainCommand("qualify/rollback"), "make qualify ONLY=rollback");
  EXPECT_EQ(AgainCommand("soak/seed-7-30m"), "make soak SEED=7 MINUTES=30");
}

TEST(AgainCommand, NeitherTheShellNorMakeReadsTheId) {
  EXPECT_EQ(AgainCommand("odd/a b$(c)"), "make e2e ONLY='odd/a b$$(c)'");
  EXPECT_EQ(AgainCommand("sabotage/;x"), "make prove M=';x'");
}

}  // namespace
}  // namespace e2e
