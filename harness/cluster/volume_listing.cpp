#include "cluster/volume_listing.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <set>

#include "base/text.h"
#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

// The path stands last, since it may hold anything but a newline.
constexpr const char* kScript =
    "set -e; cd \"$1\"; find . -printf '%y %m %U:%G %T@ %l\\t%p\\n'; find . -type f -exec sha256sum {} +";

// What is known of a path: its attributes, then its SHA-256.
std::map<std::string, std::string> StatesIn(const std::string& text) {
  std::map<std::string, std::string> states;
  for (const std::string& line : Split(text, '\n')) {
    const std::size_t tab = line.find('\t');
    const std::size_t spaces = line.find("  ");
    if (tab != std::string::npos) {
      states[line.substr(tab + 1)] += std::string(Trim(line.substr(0, tab)));
    } else if (spaces != std::string::npos) {
      states[line.substr(spaces + 2)] += " sha256 " + line.substr(0, spaces);
    }
  }
  return states;
}

std::string Render(const std::map<std::string, std::string>& states) {
  std::string text;
  for (const auto& [path, state] : states) text += path + "\t" + state + "\n";
  return text;
}

std::map<std::string, std::string> Read(const std::string& text) {
  std::map<std::string, std::string> states;
  for (const std::string& line : Split(text, '\n')) {
    const std::size_t tab = line.find('\t');
    if (tab != std::string::npos) states[line.substr(0, tab)] = line.substr(tab + 1);
  }
  return states;
}

}  // namespace

Outcome<VolumeListing> ListVolume(KubeApi& api, Node& node, const std::string& volume, Deadline deadline) {
  E2E_TRY(const json object, api.Get(CorePath("", "persistentvolumes", volume), deadline), "reading volume " + volume);
  std::string folder = TextAt(object, "/spec/hostPath/path");
  if (folder.empty()) folder = TextAt(object, "/spec/local/path");
  if (folder.empty()) {
    return Error(ErrorKind::kInconclusive, fmt::format("volume {} is not a folder of the node", volume));
  }
  E2E_TRY(const std::string out, node.Exec({"sh", "-c", kScript, "sh", folder}, deadline),
          fmt::format("listing volume {} at {}", volume, folder));
  const std::string text = Render(StatesIn(out));
  return VolumeListing{volume, text, Sha256Hex(text)};
}

std::optional<std::string> FindChange(const VolumeListing& before, const VolumeListing& after) {
  if (before.fingerprint == after.fingerprint) return std::nullopt;
  const auto then = Read(before.text);
  const auto now = Read(after.text);
  const std::string absent = "not there";
  std::set<std::string> paths;
  for (const auto& [path, state] : then) paths.insert(path);
  for (const auto& [path, state] : now) paths.insert(path);
  for (const std::string& path : paths) {
    const std::string old_state = then.contains(path) ? then.at(path) : absent;
    const std::string new_state = now.contains(path) ? now.at(path) : absent;
    if (old_state != new_state) return fmt::format("{}: was {}, is {}", path, old_state, new_state);
  }
  return "the listing, but no path of it";
}

}  // namespace e2e
