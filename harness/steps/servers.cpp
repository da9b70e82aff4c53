#include "steps/servers.h"

#include <fmt/format.h>

namespace e2e {

const ServerUnderTest* Servers::Of(Layout layout) const {
  if (main.profile.layout == layout) return &main;
  return standin && standin->profile.layout == layout ? &*standin : nullptr;
}

std::vector<std::string> Servers::Images() const {
  std::vector<std::string> images = {main.image};
  if (standin) images.push_back(standin->image);
  return images;
}

Outcome<Servers> FindServers(const std::string& main, const std::string& main_image, const std::string& standin,
                             const std::string& standin_image) {
  E2E_TRY(ServerProfile profile, FindProfile(main), "choosing the server under test");
  Servers servers{.main = {std::move(profile), main_image}};
  if (standin.empty()) return servers;
  E2E_TRY(ServerProfile other, FindProfile(standin), "choosing the stand-in");
  if (standin_image.empty()) return Error(ErrorKind::kBadScenario, "the stand-in " + standin + " has no image");
  if (other.layout == servers.main.profile.layout) {
    return Error(ErrorKind::kBadScenario,
                 fmt::format("the stand-in {} has layout {}, which {} has already", standin, Name(other.layout), main));
  }
  servers.standin = {std::move(other), standin_image};
  return servers;
}

}  // namespace e2e
