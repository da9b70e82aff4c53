#include "cluster/post_renderer.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace e2e {
namespace fs = std::filesystem;
namespace {

constexpr const char* kPlugin = "stalwart-e2e-post-renderer";

// JSON is YAML, too.
Status WritePlugin(const std::string& program, const fs::path& folder) {
  const nlohmann::json plugin = {
      {"apiVersion", "v1"},      {"type", "postrenderer/v1"},
      {"name", kPlugin},         {"version", "1.0.0"},
      {"runtime", "subprocess"}, {"runtimeConfig", {{"platformCommand", {{{"command", program}}}}}}};
  std::error_code code;
  fs::create_directories(folder / kPlugin, code);
  const fs::path file = folder / kPlugin / "plugin.yaml";
  std::ofstream out(file, std::ios::binary);
  out << plugin.dump(2) << "\n";
  out.close();
  if (!out) return Error(ErrorKind::kInfra, file.string() + " can't be written");
  return {};
}

}  // namespace

Outcome<RendererCall> CallPostRenderer(std::string_view helm_version, const std::vector<std::string>& program,
                                       const std::string& last, const fs::path& folder) {
  RendererCall call{.args = {"--post-renderer", program.front()}};
  if (!helm_version.starts_with("v3.")) {
    E2E_CHECK(WritePlugin(program.front(), folder), "making a plugin of helm");
    call.args.back() = kPlugin;
    call.env = {{"HELM_PLUGINS", folder.string()}};
  }
  for (std::size_t i = 1; i < program.size(); ++i)
    call.args.insert(call.args.end(), {"--post-renderer-args", program[i]});
  call.args.insert(call.args.end(), {"--post-renderer-args", last});
  return call;
}

}  // namespace e2e
