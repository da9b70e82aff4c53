#include "steps/server_values.h"

#include <nlohmann/json.hpp>

#include "steps/release_values.h"
#include "steps/servers.h"

namespace e2e {

nlohmann::json ServerValues(const ServerUnderTest& server, bool foreign_chart) {
  const auto [repository, tag] = SplitImage(server.image);
  // The image is in the node already, and what is not there must not come from elsewhere.
  nlohmann::json values = {{"image", {{"repository", repository}, {"tag", tag}, {"pullPolicy", "Never"}}}};
  if (foreign_chart) return values;
  values["layout"] = Name(server.profile.layout);
  values.update(server.profile.values);
  return values;
}

}  // namespace e2e
