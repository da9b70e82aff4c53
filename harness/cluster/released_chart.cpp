#include "cluster/released_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <map>

#include "base/text.h"
#include "base/yaml.h"

namespace e2e {
namespace fs = std::filesystem;
namespace {

std::array<long long, 3> Numbers(const std::string& version) {
  std::array<long long, 3> numbers{};
  const std::vector<std::string> parts = Split(version.substr(0, version.find_first_of("-+")), '.');
  for (std::size_t i = 0; i < numbers.size() && i < parts.size(); ++i) numbers[i] = ParseInt(parts[i]).value_or(0);
  return numbers;
}

std::vector<std::string> VersionsIn(const fs::path& releases) {
  std::vector<std::string> versions;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(releases, code)) {
    if (fs::exists(entry.path() / "Chart.yaml", code)) versions.push_back(entry.path().filename().string());
  }
  std::sort(versions.begin(), versions.end(), IsOlder);
  return versions;
}

Outcome<ReleasedChart> OnShelf(const ReleaseShelf& shelf, const std::string& source, const std::string& below) {
  const std::vector<std::string> versions = VersionsIn(shelf.releases);
  const auto fits = [&](const std::string& version) {
    return source == "latest" ? IsOlder(version, below) : version == source;
  };
  const auto found = std::find_if(versions.rbegin(), versions.rend(), fits);
  if (found != versions.rend()) return ReadChart((shelf.releases / *found).string(), shelf.releases / *found);
  return Error(
      ErrorKind::kBadScenario,
      fmt::format("there is no release {} in {}{}; there are {}", source, shelf.releases.string(),
                  source == "latest" ? " below " + below : "", versions.empty() ? "none" : Join(versions, ", ")));
}

// The one chart that lies in a folder after unpacking.
Outcome<ReleasedChart> OnlyChartIn(const std::string& source, const fs::path& folder) {
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(folder, code)) {
    if (fs::exists(entry.path() / "Chart.yaml", code)) return ReadChart(source, entry.path());
  }
  return Error(ErrorKind::kBadScenario, fmt::format("{} holds no chart", source));
}

Outcome<fs::path> EmptyFolder(const fs::path& unpacked, const std::string& source) {
  const fs::path folder = unpacked / Slug(source);
  std::error_code code;
  fs::remove_all(folder, code);
  fs::create_directories(folder, code);
  if (code) return Error(ErrorKind::kInfra, folder.string() + " can't be made: " + code.message());
  return folder;
}

Outcome<ReleasedChart> Unpack(CommandRunner& runner, const ReleaseShelf& shelf, const std::string& package,
                              Deadline deadline) {
  E2E_TRY(const fs::path folder, EmptyFolder(shelf.unpacked, package), "unpacking " + package);
  const Command tar{.argv = {"tar", "-xzf", package, "-C", folder.string(), "--no-same-owner"}};
  E2E_TRY(const std::string said, RunChecked(runner, tar, deadline), "unpacking " + package);
  return OnlyChartIn(package, folder);
}

// "chart:1.2.3" gives both; without a colon the second is empty.
std::pair<std::string, std::string> NameAndVersion(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || text.find('/', colon) != std::string::npos) return {text, ""};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

Outcome<ReleasedChart> Pull(CommandRunner& runner, const ReleaseShelf& shelf, const std::string& source,
                            Deadline deadline) {
  E2E_TRY(const fs::path folder, EmptyFolder(shelf.unpacked, source), "pulling " + source);
  Command helm{.argv = {shelf.helm, "pull"}};
  const std::size_t hash = source.find('#');
  const auto [chart, version] = NameAndVersion(hash == std::string::npos ? source : source.substr(hash + 1));
  helm.argv.push_back(chart);
  if (hash != std::string::npos) helm.argv.insert(helm.argv.end(), {"--repo", source.substr(0, hash)});
  if (!version.empty()) helm.argv.insert(helm.argv.end(), {"--version", version});
  helm.argv.insert(helm.argv.end(), {"--untar", "--untardir", folder.string()});
  // Nothing of the user's own settings of helm, and nothing into them.
  for (const char* home : {"HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"})
    helm.env[home] = (shelf.unpacked / "helm").string();
  E2E_TRY(const std::string said, RunChecked(runner, helm, deadline), "pulling " + source);
  return OnlyChartIn(source, folder);
}

bool IsAddress(const std::string& source) {
  return source.starts_with("oci://") ||
         ((source.starts_with("http://") || source.starts_with("https://")) && source.find('#') != std::string::npos);
}

}  // namespace

bool IsOlder(const std::string& version, const std::string& other) {
  return Numbers(version) < Numbers(other);
}

Outcome<ReleasedChart> ReadChart(const std::string& source, const fs::path& folder) {
  E2E_TRY(const YamlNode about, YamlNode::ParseFile((folder / "Chart.yaml").string()), "reading the chart");
  const YamlNode* version = about.Find("version");
  if (version == nullptr) return Error(ErrorKind::kBadScenario, folder.string() + "/Chart.yaml has no version");
  std::map<std::string, std::string> sums;
  std::error_code code;
  for (fs::recursive_directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
    // The chart under test has the releases within it; they are no part of its package.
    if (it->path().filename() == "releases" && it->path().parent_path() == folder) it.disable_recursion_pending();
    if (!it->is_regular_file(code)) continue;
    std::ifstream in(it->path(), std::ios::binary);
    sums[it->path().lexically_relative(folder).string()] =
        Sha256Hex(std::string{std::istreambuf_iterator<char>(in), {}});
  }
  std::string all;
  for (const auto& [name, sum] : sums) all += name + '\0' + sum + '\n';
  return ReleasedChart{source, version->Scalar(), folder.string(), Sha256Hex(all)};
}

Outcome<ReleasedChart> FindReleased(CommandRunner& runner, const ReleaseShelf& shelf, const std::string& source,
                                    const std::string& below, Deadline deadline) {
  if (IsAddress(source)) return Pull(runner, shelf, source, deadline);
  std::error_code code;
  if (fs::exists(fs::path(source) / "Chart.yaml", code)) return ReadChart(source, source);
  if (source.ends_with(".tgz")) return Unpack(runner, shelf, source, deadline);
  return OnShelf(shelf, source, below);
}

}  // namespace e2e
