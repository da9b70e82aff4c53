#include "steps/server_profile.h"

#include "base/text.h"

namespace e2e {
namespace {

const std::vector<ServerProfile>& Profiles() {
  static const std::vector<ServerProfile> kProfiles = {
      {.name = "reference",
       .title = "reference server (Postfix, Dovecot and nginx behind the contract of Stalwart 0.15; NOT Stalwart)",
       .is_stalwart = false,
       .admin_password_env = "STALWART_ADMIN_PASSWORD",
       .state_path = "/opt/stalwart",
       .queued_words = "queued as",
       .redelivery = Duration(60'000)},
      {.name = "stalwart-0.15",
       .title = "Stalwart 0.15",
       .admin_password_env = "STALWART_ADMIN_PASSWORD",
       .state_path = "/opt/stalwart",
       .queued_words = "queued with id"},
  };
  return kProfiles;
}

}  // namespace

std::vector<std::string> ProfileNames() {
  std::vector<std::string> names;
  for (const ServerProfile& profile : Profiles()) names.push_back(profile.name);
  return names;
}

Outcome<ServerProfile> FindProfile(const std::string& name) {
  for (const ServerProfile& profile : Profiles()) {
    if (profile.name == name) return profile;
  }
  if (name == "stalwart-0.16") {
    return Error(
        ErrorKind::kInfra,
        "server profile stalwart-0.16 needs the chart's layout for Stalwart 0.16 (config.json on the volume), which "
        "this version of the chart does not have: use SERVER=stalwart-0.15 or SERVER=reference");
  }
  return Error(ErrorKind::kBadScenario, "no server profile \"" + name + "\"; there are " + Join(ProfileNames(), ", "));
}

}  // namespace e2e
