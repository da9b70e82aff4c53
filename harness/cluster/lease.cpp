#include "cluster/lease.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/descriptor.h"
#include "base/text.h"
#include "cluster/delete_cluster.h"
#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

std::string ReadFile(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string BootId() {
  return std::string(Trim(ReadFile("/proc/sys/kernel/random/boot_id")));
}

// Field 22 of /proc/PID/stat, or empty when there is no such process.
std::string StartTimeOf(int pid) {
  const std::string stat = ReadFile(fmt::format("/proc/{}/stat", pid));
  // The name, in parentheses, may have spaces; field 3 comes after it.
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return "";
  const std::vector<std::string> fields = Split(std::string_view(stat).substr(name_end + 1), ' ');
  constexpr std::size_t kStartTime = 22 - 3 + 1;
  return fields.size() > kStartTime ? fields[kStartTime] : "";
}

json ToJson(const Lease& lease) {
  return {{"cluster", lease.cluster},
          {"dockerHost", lease.docker_host},
          {"runDir", lease.run_dir.string()},
          {"pid", lease.pid},
          {"pidStarted", lease.pid_started},
          {"bootId", lease.boot_id},
          {"kept", lease.kept},
          {"key", lease.key},
          {"hostPorts", lease.host_ports}};
}

std::optional<Lease> LeaseFrom(const std::filesystem::path& file) {
  const json object = json::parse(ReadFile(file), nullptr, false);
  Lease lease{TextAt(object, "/cluster"), TextAt(object, "/dockerHost"), TextAt(object, "/runDir"),
              IntAt(object, "/pid"),      TextAt(object, "/pidStarted"), TextAt(object, "/bootId"),
              TrueAt(object, "/kept"),    TextAt(object, "/key")};
  for (const json& lane : ListAt(object, "/hostPorts")) {
    std::vector<std::uint16_t>& ports = lease.host_ports.emplace_back();
    for (const json& port : lane) {
      if (port.is_number_unsigned()) ports.push_back(port.get<std::uint16_t>());
    }
  }
  if (lease.cluster.empty() || lease.pid == 0) return std::nullopt;
  return lease;
}

Error FolderError(const std::filesystem::path& where, int code) {
  return Error(ErrorKind::kInfra,
               fmt::format("the lease {} can't be changed: {}", where.string(), std::strerror(code)));
}

// Held for the time of one change; ends with the process at the latest.
class FolderLock {
 public:
  static Outcome<FolderLock> Acquire(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return FolderError(folder, error.value());
    const std::filesystem::path file = folder / ".lock";
    FolderLock lock(Descriptor(open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)));
    if (!lock.fd_.open() || flock(lock.fd_.get(), LOCK_EX) != 0) return FolderError(file, errno);
    return lock;
  }

 private:
  explicit FolderLock(Descriptor fd) : fd_(std::move(fd)) {}
  Descriptor fd_;
};

}  // namespace

Lease Lease::Own(std::string cluster, std::string docker_host, std::filesystem::path run_dir) {
  return {
      std::move(cluster), std::move(docker_host), std::move(run_dir), getpid(), StartTimeOf(getpid()), BootId(), false};
}

bool Lease::HolderAlive() const {
  return boot_id == BootId() && !pid_started.empty() && StartTimeOf(pid) == pid_started;
}

std::filesystem::path LeaseFolder::FileOf(const std::string& cluster) const {
  return folder_ / (cluster + ".json");
}

Status LeaseFolder::Take(const Lease& lease) const {
  E2E_TRY(const FolderLock lock, FolderLock::Acquire(folder_), "taking the lease of cluster " + lease.cluster);
  const std::filesystem::path file = FileOf(lease.cluster);
  if (const auto current = LeaseFrom(file); current && current->pid != lease.pid && current->HolderAlive()) {
    return Error(ErrorKind::kInfra, fmt::format("cluster {} belongs to the run of process {}; wait for its end or "
                                                "choose another name",
                                                lease.cluster, current->pid));
  }
  const std::filesystem::path part = file.string() + ".part";
  std::ofstream(part) << ToJson(lease).dump(2) << "\n";
  std::error_code error;
  std::filesystem::rename(part, file, error);
  if (error) return FolderError(file, error.value());
  return {};
}

Status LeaseFolder::Drop(const std::string& cluster) const {
  E2E_TRY(const FolderLock lock, FolderLock::Acquire(folder_), "dropping the lease of cluster " + cluster);
  std::error_code error;
  std::filesystem::remove(FileOf(cluster), error);
  if (error) return FolderError(FileOf(cluster), error.value());
  return {};
}

Outcome<std::vector<Lease>> LeaseFolder::ReadAll() const {
  E2E_TRY(const FolderLock lock, FolderLock::Acquire(folder_), "reading the leases");
  std::vector<std::pair<std::filesystem::file_time_type, Lease>> dated;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    if (entry.path().extension() != ".json") continue;
    if (auto lease = LeaseFrom(entry.path())) dated.emplace_back(entry.last_write_time(error), std::move(*lease));
  }
  std::stable_sort(dated.begin(), dated.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<Lease> leases;
  for (auto& [time, lease] : dated) leases.push_back(std::move(lease));
  return leases;
}

Outcome<std::vector<Lease>> LeaseFolder::FindStale(bool kept_too) const {
  E2E_TRY(std::vector<Lease> leases, ReadAll(), "looking for leftovers of earlier runs");
  std::erase_if(leases, [&](const Lease& lease) { return lease.HolderAlive() || (lease.kept && !kept_too); });
  return leases;
}

Outcome<std::vector<Lease>> LeaseFolder::FindKept() const {
  E2E_TRY(std::vector<Lease> leases, ReadAll(), "looking for kept clusters");
  std::erase_if(leases, [](const Lease& lease) { return !lease.kept; });
  return leases;
}

Outcome<bool> LeaseFolder::ReapOne(const Lease& lease, CommandRunner& runner, const Tools& tools,
                                   Deadline deadline) const {
  // Taken over first, so that a run beside this one leaves it alone.
  if (!Take(Lease::Own(lease.cluster, lease.docker_host, lease.run_dir))) return false;
  Tools then = tools;
  then.docker_host = lease.docker_host;
  // A file that isn't there: the run's own may be gone with its folder, the user's is not ours to touch.
  const std::filesystem::path kubeconfig = folder_ / (lease.cluster + ".kubeconfig");
  E2E_CHECK(DeleteCluster(runner, then, lease.cluster, kubeconfig, deadline), "reaping");
  E2E_CHECK(Drop(lease.cluster), "reaping");
  return true;
}

Outcome<std::vector<std::string>> LeaseFolder::Reap(CommandRunner& runner, const Tools& tools,
                                                    const std::function<void(const std::string&)>& warn,
                                                    Deadline deadline, bool kept_too) const {
  E2E_TRY(const std::vector<Lease> stale, FindStale(kept_too), "reaping");
  std::vector<std::string> reaped;
  for (const Lease& lease : stale) {
    warn(fmt::format("cluster {} was left behind by process {}, which is gone; deleting it", lease.cluster, lease.pid));
    const auto gone = ReapOne(lease, runner, tools, deadline);
    if (!gone) warn(fmt::format("cluster {} could not be deleted: {}", lease.cluster, gone.error().Render()));
    if (gone && *gone) reaped.push_back(lease.cluster);
  }
  return reaped;
}

}  // namespace e2e
