#include "cluster/events.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cluster/json_access.h"

namespace e2e {

std::string EventTime(const nlohmann::json& event) {
  for (const char* field :
       {"/series/lastObservedTime", "/lastTimestamp", "/eventTime", "/metadata/creationTimestamp"}) {
    if (std::string at = TextAt(event, field); !at.empty()) return at;
  }
  return "";
}

std::string EventText(const nlohmann::json& event) {
  return fmt::format("{} on {} {}: {}", TextAt(event, "/reason"), TextAt(event, "/involvedObject/kind"),
                     TextAt(event, "/involvedObject/name"), Trim(TextAt(event, "/message")));
}

}  // namespace e2e
