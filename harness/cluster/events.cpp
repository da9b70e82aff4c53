#include "cluster/events.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cluster/json_access.h"
#include "cluster/redaction.h"

namespace e2e {

using nlohmann::json;

std::string EventTime(const json& event) {
  for (const char* field :
       {"/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp"}) {
    if (std::string at = TextAt(event, field); !at.empty()) return at;
  }
  return "";
}

Event EventFrom(const json& object) {
  Event event;
  event.warning = TextAt(object, "/type") == "Warning";
  event.reason = TextAt(object, "/reason");
  event.message = RedactUnknown(Trim(TextAt(object, "/message")));
  event.kind = TextAt(object, "/involvedObject/kind");
  event.name = TextAt(object, "/involvedObject/name");
  event.last = EventTime(object);
  event.first = TextAt(object, "/firstTimestamp");
  if (event.first.empty()) event.first = TextAt(object, "/eventTime");
  if (event.first.empty()) event.first = event.last;
  event.count = IntAt(object, "/series/count", IntAt(object, "/count", 1));
  return event;
}

std::vector<Event> EventsFrom(const std::vector<json>& objects) {
  std::vector<Event> events;
  for (const json& object : objects) events.push_back(EventFrom(object));
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return a.last < b.last; });
  return events;
}

std::string Event::Text() const {
  return fmt::format("{} on {} {}: {}", reason, kind, name, message);
}

std::string EventText(const json& event) {
  return EventFrom(event).Text();
}

}  // namespace e2e
