#include "run/doctor.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>

#include "base/text.h"
#include "cluster/lease.h"
#include "cluster/port_map.h"

namespace e2e {
namespace fs = std::filesystem;
namespace {

constexpr Duration kAnswer{20'000};
// What a run with three lanes takes beside what is there already.
constexpr long long kDiskMib = 2048, kMemoryMib = 2048;
// Below these kind's nodes fail with "too many open files" (kind's known issues).
constexpr long long kInstances = 128, kWatches = 8192, kOpenFiles = 1024;
constexpr const char* kPrepare = "run `make prepare`, which finds or makes it";

std::optional<long long> NumberIn(const fs::path& file) {
  std::ifstream in(file);
  long long number = 0;
  if (in >> number) return number;
  return std::nullopt;
}

std::optional<long long> FreeMemoryMib() {
  std::ifstream in("/proc/meminfo");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("MemAvailable:")) continue;
    const auto kib = ParseInt(Trim(line.substr(line.find(':') + 1, line.rfind(' ') - line.find(':') - 1)));
    if (kib) return *kib / 1024;
  }
  return std::nullopt;
}

std::optional<long long> FreeDiskMib(const fs::path& folder) {
  std::error_code code;
  const fs::space_info space = fs::space(folder, code);
  if (code) return std::nullopt;
  return static_cast<long long>(space.available / (1024 * 1024));
}

class Examination {
 public:
  Examination(const RunOptions& options, const Machine& machine, CommandRunner& runner, Clock& clock)
      : options_(options), machine_(machine), runner_(runner), clock_(clock) {}

  std::vector<Finding> Take() {
    Tool("kind", options_.tools.Kind({"version"}));
    Tool("helm", {.argv = {options_.tools.helm, "version", "--short"}});
    Engine();
    Image("node image", options_.node_image);
    Image("server image", options_.server_image);
    if (!options_.standin_image.empty()) Image("stand-in image", options_.standin_image);
    Disk("cache", options_.cache);
    Cache();
    Least("memory", machine_.free_memory_mib, kMemoryMib, "MiB are free", "end other programs or use --lanes 1");
    Limits();
    Ports();
    Leftovers();
    return std::move(findings_);
  }

 private:
  void Add(std::string about, std::string seen, std::string advice = "") {
    findings_.push_back({std::move(about), std::move(seen), std::move(advice)});
  }

  Outcome<std::string> Ask(const Command& command) {
    return RunChecked(runner_, command, Deadline::In(clock_, kAnswer));
  }

  void Tool(const std::string& name, const Command& command) {
    const auto version = Ask(command);
    if (version) return Add(name, fmt::format("{} ({})", Trim(*version), command.argv.front()));
    Add(name, version.error().message(), kPrepare);
  }

  void Engine() {
    const auto info =
        Ask(options_.tools.Docker({"info", "--format", "{{.ServerVersion}}|{{.CgroupVersion}}|{{.DockerRootDir}}"}));
    const std::string at = options_.tools.docker_host.empty() ? "its default address" : options_.tools.docker_host;
    const std::vector<std::string> parts = info ? Split(Trim(*info), '|') : std::vector<std::string>{};
    if (parts.size() != 3 || parts[0].empty()) {
      const std::string why = info ? "it says: " + std::string(Trim(*info)) : info.error().message();
      return Add("engine", fmt::format("none answers at {}: {}", at, why),
                 "start Docker and see that `docker info` works for you, or run `make prepare` as root");
    }
    Add("engine", fmt::format("version {} at {}", parts[0], at));
    const bool known = parts[1] == "1" || parts[1] == "2";
    Add("cgroup", fmt::format("version {}", parts[1]), known ? "" : "boot the machine with cgroup version 2");
    Disk("engine's disk", parts[2]);
  }

  void Image(const std::string& about, const std::string& image) {
    if (image.empty()) return Add(about, "none is named", kPrepare);
    const auto id = Ask(options_.tools.Docker({"image", "inspect", "--format", "{{.Id}}", image}));
    if (id) return Add(about, image);
    Add(about, fmt::format("the engine has no {}", image), kPrepare);
  }

  void Disk(const std::string& about, const fs::path& folder) {
    // An engine may be on another machine, and the cache not there yet.
    fs::path there = folder;
    std::error_code code;
    while (!there.empty() && there != there.root_path() && !fs::exists(there, code)) there = there.parent_path();
    Least(about, machine_.free_disk_mib(there), kDiskMib, fmt::format("MiB are free for {}", folder.string()),
          "make room there, or set XDG_CACHE_HOME to a larger disk");
  }

  void Cache() {
    std::error_code code;
    const fs::path probe = options_.cache / ".doctor";
    fs::create_directories(options_.cache, code);
    const bool written = static_cast<bool>(std::ofstream(probe) << "x");
    fs::remove(probe, code);
    if (written) return Add("cache", options_.cache.string());
    Add("cache", options_.cache.string() + " can't be written", "set XDG_CACHE_HOME to a folder that you can write");
  }

  void Least(const std::string& about, std::optional<long long> seen, long long least, const std::string& what,
             const std::string& advice) {
    if (!seen) return Add(about, "unknown");
    Add(about, fmt::format("{} {}", *seen, what),
        *seen >= least ? "" : fmt::format("{} are needed: {}", least, advice));
  }

  void Limits() {
    Least("inotify", machine_.inotify_instances, kInstances, "instances for each user",
          "sudo sysctl fs.inotify.max_user_instances=512");
    Least("inotify", machine_.inotify_watches, kWatches, "watches for each user",
          "sudo sysctl fs.inotify.max_user_watches=524288");
    Least("open files", machine_.open_files, kOpenFiles, "for each process", "ulimit -n 4096");
  }

  void Ports() {
    const auto lanes = PortMap::Allocate(options_.lanes);
    if (!lanes) return Add("ports", lanes.error().message(), "end what listens there, or use fewer --lanes");
    Add("ports", fmt::format("free on 127.0.0.1 for {} lanes, from {} on", options_.lanes,
                             lanes->front().mappings().front().host_port));
  }

  void Leftovers() {
    const LeaseFolder leases(options_.cache / "leases");
    const auto stale = leases.FindStale();
    const auto kept = leases.FindKept();
    if (!stale || !kept) return Add("leases", "unreadable: " + (stale ? kept : stale).error().message(), "look there");
    if (!stale->empty()) Add("leftovers", fmt::format("{} clusters of killed runs", stale->size()), "make reap");
    std::vector<std::string> names;
    for (const Lease& lease : *kept) names.push_back(lease.cluster);
    Add("kept", names.empty() ? "no cluster" : Join(names, ", ") + " (`make down` deletes them)");
  }

  const RunOptions& options_;
  const Machine& machine_;
  CommandRunner& runner_;
  Clock& clock_;
  std::vector<Finding> findings_;
};

}  // namespace

Machine ThisMachine() {
  Machine machine;
  machine.free_memory_mib = FreeMemoryMib();
  machine.inotify_instances = NumberIn("/proc/sys/fs/inotify/max_user_instances");
  machine.inotify_watches = NumberIn("/proc/sys/fs/inotify/max_user_watches");
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) machine.open_files = static_cast<long long>(limit.rlim_cur);
  machine.free_disk_mib = FreeDiskMib;
  return machine;
}

std::vector<Finding> Examine(const RunOptions& options, const Machine& machine, CommandRunner& runner, Clock& clock) {
  return Examination(options, machine, runner, clock).Take();
}

std::string Text(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += fmt::format("{:<8} {:<14} {}\n", finding.ok() ? "ok" : "problem", finding.about, finding.seen);
    if (!finding.ok()) text += fmt::format("{:<8} {:<14} -> {}\n", "", "", finding.advice);
  }
  const auto problems = std::count_if(findings.begin(), findings.end(), [](const Finding& f) { return !f.ok(); });
  return text + (problems == 0 ? "all is well\n" : fmt::format("{} problems\n", problems));
}

}  // namespace e2e
