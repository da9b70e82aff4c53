#include "scenario/substitution.h"

#include <gmock/gmock.h>

#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::HasSubstr;

Outcome<std::string> Upper(const std::string& name) {
  if (name == "bad") return Error(ErrorKind::kInconclusive, "not saved");
  return "<" + name + ">";
}

TEST(Substitution, ReplacesEveryName) {
  EXPECT_EQ(*Substitute("a ${x} b ${y.z}${x}", Upper), "a <x> b <y.z><x>");
  EXPECT_EQ(*Substitute("", Upper), "");
}

TEST(Substitution, ADollarBeforeAnythingElseIsItself) {
  EXPECT_EQ(*Substitute("$x $1 /foo$/ $", Upper), "$x $1 /foo$/ $");
  EXPECT_EQ(*Substitute("$${x} and $$", Upper), "${x} and $$");
}

TEST(Substitution, TellsWhatHasNoValue) {
  EXPECT_THAT(Substitute("${bad}", Upper), FailsWith(ErrorKind::kInconclusive, HasSubstr("while replacing ${bad}")));
  EXPECT_THAT(Substitute("${x", Upper), FailsWith(ErrorKind::kBadScenario, HasSubstr("without its \"}\"")));
}

TEST(Substitution, ChecksNamesAndOffersTheNearest) {
  const std::vector<std::string> known = {"run.id", "user1.address"};
  EXPECT_EQ(CheckReferences("plain $${x} ${run.id}", known), "");
  EXPECT_EQ(CheckReferences("${user1.adress}", known),
            "there is no value \"user1.adress\" here (did you mean \"user1.address\"?)");
  EXPECT_EQ(CheckReferences("${zzzzzzzz}", known),
            "there is no value \"zzzzzzzz\" here; there are run.id, user1.address");
  EXPECT_THAT(CheckReferences("${run.id", known), HasSubstr("without"));
}

}  // namespace
}  // namespace e2e
