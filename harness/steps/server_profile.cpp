#include "steps/server_profile.h"

#include <cassert>

#include "base/text.h"

namespace e2e {
namespace {

const std::vector<ServerProfile>& Profiles() {
  static const std::vector<ServerProfile> kProfiles = {
      {.name = "reference",
       .title = "reference server (Postfix, Dovecot and nginx behind the contract of Stalwart 0.15; NOT Stalwart)",
       .is_stalwart = false,
       .jmap = false,
       .queued_words = "queued as",
       .redelivery = Duration(60'000),
       // Postfix and Dovecot change to users of their own, which the capabilities that the chart leaves do not allow.
       .values = {{"securityContext", {{"allowPrivilegeEscalation", false}}}}},
      {.name = "stalwart-0.15", .title = "Stalwart 0.15"},
      {.name = "stalwart-0.16", .title = "Stalwart 0.16", .layout = Layout::kV016, .management = Management::kJmap},
      {.name = "fake-0.16",
       .title = "fake server (tests/fake_stalwart behind the contract of Stalwart 0.16; NOT Stalwart)",
       .is_stalwart = false,
       .layout = Layout::kV016,
       .management = Management::kJmap,
       .redelivery = Duration(60'000)},
  };
  return kProfiles;
}

}  // namespace

std::string_view Name(Layout layout) {
  return layout == Layout::kV015 ? "v0.15" : "v0.16";
}

Layout LayoutOf(std::string_view name) {
  assert(name == "v0.15" || name == "v0.16");
  return name == "v0.16" ? Layout::kV016 : Layout::kV015;
}

std::vector<std::string> ProfileNames() {
  std::vector<std::string> names;
  for (const ServerProfile& profile : Profiles()) names.push_back(profile.name);
  return names;
}

Outcome<ServerProfile> FindProfile(const std::string& name) {
  for (const ServerProfile& profile : Profiles()) {
    if (profile.name == name) return profile;
  }
  return Error(ErrorKind::kBadScenario, "no server profile \"" + name + "\"; there are " + Join(ProfileNames(), ", "));
}

}  // namespace e2e
