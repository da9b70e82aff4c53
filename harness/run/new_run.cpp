#include "run/new_run.h"

#include <fmt/format.h>
#include <unistd.h>

#include "base/yaml.h"

namespace e2e {
namespace {

Outcome<std::filesystem::path> MakeFolder(const std::filesystem::path& artifacts, const std::string& id) {
  std::error_code code;
  const std::filesystem::path folder = std::filesystem::absolute(artifacts / id, code);
  std::filesystem::create_directories(folder, code);
  if (code) {
    return Error(ErrorKind::kInfra,
                 fmt::format("artifacts folder {} can't be made: {}; choose another one with --artifacts",
                             folder.string(), code.message()));
  }
  // A convenience: without it the run is as good.
  const std::filesystem::path latest = folder.parent_path() / "latest";
  std::filesystem::remove(latest, code);
  std::filesystem::create_directory_symlink(id, latest, code);
  return folder;
}

}  // namespace

std::string NewRunId(const Clock& clock) {
  const std::string stamp = Rfc3339(clock.WallNow());  // 2026-11-24T02:30:00.123Z
  return fmt::format("{}{}{}-{}{}{}-{}", stamp.substr(2, 2), stamp.substr(5, 2), stamp.substr(8, 2),
                     stamp.substr(11, 2), stamp.substr(14, 2), stamp.substr(17, 2), getpid());
}

Outcome<RunInfo> NewRun(const RunOptions& options, const Servers& servers, const Clock& clock) {
  E2E_TRY(const YamlNode chart, YamlNode::ParseFile((options.chart / "Chart.yaml").string()), "reading the chart");
  const YamlNode* version = chart.Find("version");
  RunInfo info;
  info.run_id = NewRunId(clock);
  info.server = servers.main.profile.title;
  info.server_image = servers.main.image;
  if (servers.standin) {
    const ServerProfile& standin = servers.standin->profile;
    info.standin = fmt::format("{} for layout {}", standin.title, Name(standin.layout));
    info.standin_image = servers.standin->image;
  }
  info.kubernetes_version = options.kubernetes_version;
  info.chart_version = "stalwart " + (version != nullptr ? version->Scalar() : "without a version");
  info.started = clock.WallNow();
  E2E_TRY(info.folder, MakeFolder(options.artifacts, info.run_id), "starting a run");
  return info;
}

}  // namespace e2e
