// Servers: the server under test, and the one that stands in where a scenario needs the other layout.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "steps/server_profile.h"

namespace e2e {

struct ServerUnderTest {
  ServerProfile profile;
  // "repository:tag" that the engine has.
  std::string image;
};

struct Servers {
  ServerUnderTest main;
  // Its layout is not the main server's. Default: none, and scenarios that need it are skipped.
  std::optional<ServerUnderTest> standin{};

  // Null when no server has this layout.
  const ServerUnderTest* Of(Layout layout) const;
  // Of a scenario's word for a layout; an empty one means the main server's.
  const ServerUnderTest* Of(std::string_view layout) const { return layout.empty() ? &main : Of(LayoutOf(layout)); }
  std::vector<std::string> Images() const;
};

// The servers by the names of their profiles; an empty `standin` means none. kBadScenario for an unknown name, a
// stand-in without an image, and one of the main server's own layout.
Outcome<Servers> FindServers(const std::string& main, const std::string& main_image, const std::string& standin,
                             const std::string& standin_image);

}  // namespace e2e
