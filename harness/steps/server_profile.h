// ServerProfile: what differs between the servers under test, as data; everything else treats them alike.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/outcome.h"

namespace e2e {

struct ServerProfile {
  // What users type: reference, stalwart-0.15.
  std::string name;
  // For the first and the last line of a run.
  std::string title;
  // False for the reference server: a run on it qualifies the harness and the chart's wiring only.
  bool is_stalwart = true;
  // The container's variable that the first start takes the administrator's password from.
  std::string admin_password_env;
  std::string admin_user = "admin";
  // The folder of the container that holds everything which must survive.
  std::string state_path;
  // Stands in the reply to the final dot when the message will be delivered; Stalwart also says 250, with other
  // words, to what it discards.
  std::string queued_words;
  // The longest time until an acknowledged message is delivered after a kill: Stalwart keeps the lock of a
  // delivery that was cut short for ten minutes.
  Duration redelivery{690'000};
};

// An unknown name is kBadScenario and lists the known ones.
Outcome<ServerProfile> FindProfile(const std::string& name);
std::vector<std::string> ProfileNames();

}  // namespace e2e
