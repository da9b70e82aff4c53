// Kubernetes' events: what a controller told about an object, and when.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace e2e {

struct Event {
  bool warning = false;
  // "FailedScheduling".
  std::string reason;
  // Without what looks like a secret (RedactUnknown): a probe and a mount repeat what a server and a driver said.
  std::string message;
  // The object that it is about.
  std::string kind;
  std::string name;
  // RFC 3339 by the cluster's clock.
  std::string first;
  std::string last;
  int count = 1;

  // "FailedScheduling on Pod stalwart-x: 0/1 nodes are available".
  std::string Text() const;
};

Event EventFrom(const nlohmann::json& object);
// The oldest first, by when they were last seen.
std::vector<Event> EventsFrom(const std::vector<nlohmann::json>& objects);

// RFC 3339, so that texts compare as times do. Events have had several fields for it over the years.
std::string EventTime(const nlohmann::json& event);
std::string EventText(const nlohmann::json& event);

}  // namespace e2e
