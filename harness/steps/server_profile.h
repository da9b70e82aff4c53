// ServerProfile: what differs between the servers under test, as data; everything else treats them alike.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/outcome.h"

namespace e2e {

// Where Stalwart keeps its settings and its data. It changed once: what one layout's server left on a volume, the other
// one's must not touch.
enum class Layout {
  kV015,  // /opt/stalwart with etc/config.toml
  kV016,  // a config.json names the data store
};

// The chart's word for it: "v0.15".
std::string_view Name(Layout layout);
// `name` must be one of those words.
Layout LayoutOf(std::string_view name);

// How accounts are made.
enum class Management {
  kRest,  // POST /api/principal, Stalwart up to 0.15
  kJmap,  // POST /jmap, from 0.16 on
};

struct ServerProfile {
  // What users type: reference, stalwart-0.15.
  std::string name;
  // For the first and the last line of a run.
  std::string title;
  // False for stand-ins: a run on one qualifies the harness and the chart's wiring only.
  bool is_stalwart = true;
  Layout layout = Layout::kV015;
  Management management = Management::kRest;
  // Whether accounts reach their mail by JMAP, or at least the management does.
  bool jmap = true;
  std::string admin_user = "admin";
  // The folder of the container that holds everything which must survive.
  std::string state_path = "/opt/stalwart";
  // Stands in the reply to the final dot when the message will be delivered; Stalwart also says 250, with other
  // words, to what it discards.
  std::string queued_words = "queued with id";
  // The longest time until an acknowledged message is delivered after a kill: Stalwart keeps the lock of a
  // delivery that was cut short for ten minutes.
  Duration redelivery{690'000};
  // Helm values that this server needs over the chart's defaults. Default: none.
  nlohmann::json values = nlohmann::json::object();
};

// An unknown name is kBadScenario and lists the known ones.
Outcome<ServerProfile> FindProfile(const std::string& name);
std::vector<std::string> ProfileNames();

}  // namespace e2e
