#include "steps/release_values.h"

#include <fmt/format.h>

#include <fstream>

#include "steps/server_values.h"
#include "steps/world.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr auto kOwnerOnly = std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;

void AddLane(const World& world, json& values) {
  values["service"] = {{"nodePorts", world.node_ports}};
  if (world.volume) values["persistence"] = {{"existingClaim", world.volume->claim}};
  if (!world.values.admin_generated) values["admin"] = {{"password", world.admin_password}};
}

class Writer {
 public:
  explicit Writer(const World& world) : world_(world) {}
  Status Add(const std::string& name, const json& values) {
    const std::filesystem::path path = world_.artifacts / fmt::format("values-{}.json", name);
    std::ofstream out(path, std::ios::binary);
    // It holds a password: nobody else reads it, not even for a moment.
    std::error_code code;
    std::filesystem::permissions(path, kOwnerOnly, code);
    if (!code) out << values.dump(2);
    out.close();
    if (!out || code) return Error(ErrorKind::kInfra, path.string() + " can't be written").While("writing the values");
    files.push_back(path.string());
    return {};
  }
  std::vector<std::string> files;

 private:
  const World& world_;
};

}  // namespace

std::pair<std::string, std::string> SplitImage(const std::string& image) {
  const std::size_t colon = image.rfind(':');
  const std::size_t slash = image.rfind('/');
  if (colon == std::string::npos || (slash != std::string::npos && colon < slash)) return {image, "latest"};
  return {image.substr(0, colon), image.substr(colon + 1)};
}

Outcome<std::vector<std::string>> WriteValues(World& world, const ValuesRequest& request) {
  Writer writer(world);
  json harness = ServerValues(request.server, request.foreign_chart);
  const std::string name = request.server.profile.name;
  if (request.reuse) {
    if (request.switches) E2E_CHECK(writer.Add("reused-" + name, harness), "reusing values");
  } else {
    writer.files = world.values.files;
    if (!request.foreign_chart) AddLane(world, harness);
    E2E_CHECK(writer.Add(name, harness), "the harness's values");
    if (!world.values.set.empty()) E2E_CHECK(writer.Add("scenario", world.values.set), "the scenario's values");
  }
  if (!request.set.empty()) {
    E2E_CHECK(writer.Add(fmt::format("step-{}", ++world.values.written), request.set), "the step's values");
  }
  return std::move(writer.files);
}

}  // namespace e2e
