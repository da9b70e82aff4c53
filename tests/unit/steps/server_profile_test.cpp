#include "steps/server_profile.h"

#include <gmock/gmock.h>

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
  EXPECT_EQ(profile->admin_password_env, "STALWART_ADMIN_PASSWORD");
  EXPECT_EQ(profile->admin_user, "admin");
  EXPECT_EQ(profile->queued_words, "queued as");
}

TEST(ServerProfile, Stalwart015) {
  const auto profile = FindProfile("stalwart-0.15");
  ASSERT_THAT(profile, Succeeds());
  EXPECT_TRUE(profile->is_stalwart);
  EXPECT_EQ(profile->title, "Stalwart 0.15");
  EXPECT_EQ(profile->queued_words, "queued with id");
  EXPECT_EQ(profile->admin_password_env, "STALWART_ADMIN_PASSWORD");
  // Ten minutes for which the lock of a cut delivery is held, and the delivery itself.
  EXPECT_GT(profile->redelivery, std::chrono::minutes(10));
}

TEST(ServerProfile, AllNamesAreFound) {
  EXPECT_THAT(ProfileNames(), ElementsAre("reference", "stalwart-0.15"));
  for (const std::string& name : ProfileNames()) EXPECT_EQ(FindProfile(name)->name, name);
}

TEST(ServerProfile, AnUnknownOneIsTheUsersMistake) {
  EXPECT_THAT(FindProfile("postfix"),
              FailsWith(ErrorKind::kBadScenario, AllOf(HasSubstr("postfix"), HasSubstr("reference, stalwart-0.15"))));
}

TEST(ServerProfile, WhatTheChartCanNotYetServeSaysWhatToDo) {
  EXPECT_THAT(FindProfile("stalwart-0.16"),
              FailsWith(ErrorKind::kInfra, HasSubstr("use SERVER=stalwart-0.15 or SERVER=reference")));
}

}  // namespace
}  // namespace e2e
