// Profiles of servers, and which of them a scenario gets.
#include "steps/server_profile.h"

#include <gmock/gmock.h>

#include "steps/servers.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ServerProfile, TheReferenceServerSaysThatItIsNotStalwart) {
  const auto profile = FindProfile("reference");
  ASSERT_THAT(profile, Succeeds());
  EXPECT_FALSE(profile->is_stalwart);
  EXPECT_THAT(profile->title, HasSubstr("NOT Stalwart"));
  EXPECT_EQ(profile->layout, Layout::kV015);
  EXPECT_EQ(profile->management, Management::kRest);
  EXPECT_EQ(profile->admin_user, "admin");
  EXPECT_EQ(profile->queued_words, "queued as");
  EXPECT_EQ(profile->values.dump(), R"({"securityContext":{"allowPrivilegeEscalation":false}})");
}

TEST(ServerProfile, Stalwart015) {
  const auto profile = FindProfile("stalwart-0.15");
  ASSERT_THAT(profile, Succeeds());
  EXPECT_TRUE(profile->is_stalwart);
  EXPECT_EQ(profile->title, "Stalwart 0.15");
  EXPECT_EQ(profile->layout, Layout::kV015);
  EXPECT_EQ(profile->management, Management::kRest);
  EXPECT_EQ(profile->queued_words, "queued with id");
  EXPECT_TRUE(profile->values.empty());
  // Ten minutes for which the lock of a cut delivery is held, and the delivery itself.
  EXPECT_GT(profile->redelivery, std::chrono::minutes(10));
}

TEST(ServerProfile, Stalwart016AndItsStandIn) {
  const auto real = FindProfile("stalwart-0.16");
  const auto fake = FindProfile("fake-0.16");
  ASSERT_THAT(real, Succeeds());
  ASSERT_THAT(fake, Succeeds());
  for (const auto& profile : {*real, *fake}) {
    EXPECT_EQ(profile.layout, Layout::kV016);
    EXPECT_EQ(profile.management, Management::kJmap);
    EXPECT_EQ(profile.state_path, "/opt/stalwart");
    EXPECT_EQ(profile.queued_words, "queued with id");
  }
  EXPECT_TRUE(real->is_stalwart);
  EXPECT_EQ(real->title, "Stalwart 0.16");
  EXPECT_FALSE(fake->is_stalwart);
  EXPECT_THAT(fake->title, HasSubstr("NOT Stalwart"));
}

TEST(ServerProfile, AllNamesAreFound) {
  EXPECT_THAT(ProfileNames(), ElementsAre("reference", "stalwart-0.15", "stalwart-0.16", "fake-0.16"));
  for (const std::string& name : ProfileNames()) EXPECT_EQ(FindProfile(name)->name, name);
}

TEST(ServerProfile, AnUnknownOneIsTheUsersMistake) {
  EXPECT_THAT(FindProfile("postfix"),
              FailsWith(ErrorKind::kBadScenario, AllOf(HasSubstr("postfix"), HasSubstr("reference, stalwart-0.15"))));
}

TEST(ServerProfile, LayoutsHaveTheChartsWords) {
  for (const Layout layout : {Layout::kV015, Layout::kV016}) EXPECT_EQ(LayoutOf(Name(layout)), layout);
  EXPECT_EQ(Name(Layout::kV016), "v0.16");
}

TEST(Servers, EachLayoutHasTheServerUnderTestOrTheStandIn) {
  const auto servers = FindServers("stalwart-0.16", "s:16", "reference", "r:1");
  ASSERT_THAT(servers, Succeeds());
  EXPECT_EQ(servers->Of(""), &servers->main);
  EXPECT_EQ(servers->Of("v0.16")->image, "s:16");
  EXPECT_EQ(servers->Of("v0.15")->profile.name, "reference");
  EXPECT_THAT(servers->Images(), ElementsAre("s:16", "r:1"));
}

TEST(Servers, WithoutAStandInTheOtherLayoutHasNone) {
  const auto servers = FindServers("reference", "r:1", "", "");
  ASSERT_THAT(servers, Succeeds());
  EXPECT_EQ(servers->Of("v0.15"), &servers->main);
  EXPECT_EQ(servers->Of("v0.16"), nullptr);
  EXPECT_THAT(servers->Images(), ElementsAre("r:1"));
}

TEST(Servers, MistakesOfTheUserAreNamed) {
  EXPECT_THAT(FindServers("none", "m:1", "", ""), FailsWith(ErrorKind::kBadScenario, HasSubstr("\"none\"")));
  EXPECT_THAT(FindServers("reference", "m:1", "none", "f:1"),
              FailsWith(ErrorKind::kBadScenario, HasSubstr("choosing the stand-in")));
  EXPECT_THAT(FindServers("reference", "m:1", "fake-0.16", ""),
              FailsWith(ErrorKind::kBadScenario, HasSubstr("has no image")));
  EXPECT_THAT(FindServers("reference", "m:1", "stalwart-0.15", "s:15"),
              FailsWith(ErrorKind::kBadScenario, HasSubstr("layout v0.15, which reference has already")));
}

}  // namespace
}  // namespace e2e
