#include "cluster/lease.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/text.h"
#include "cluster/delete_cluster.h"
#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

std::string ReadAll(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string BootId() {
  return std::string(Trim(ReadAll("/proc/sys/kernel/random/boot_id")));
}

// Field 22 of /proc/PID/stat, or empty when there is no such process.
std::string StartTimeOf(int pid) {
  const std::string stat = ReadAll(fmt::format("/proc/{}/stat", pid));
  // The name, in parentheses, may have spaces; field 3 comes after it.
  const std::size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return "";
  const std::vector<std::string> fields = Split(std::string_view(stat).substr(name_end + 1), ' ');
  constexpr std::size_t kStartTime = 22 - 3 + 1;
  return fields.size() > kStartTime ? fields[kStartTime] : "";
}

json ToJson(const Lease& lease) {
  return {{"cluster", lease.cluster}, {"dockerHost", lease.docker_host}, {"runDir", lease.run_dir.string()},
          {"pid", lease.pid},         {"pidStarted", lease.pid_started}, {"bootId", lease.boot_id},
          {"kept", lease.kept}};
}

std::optional<Lease> LeaseFrom(const std::filesystem::path& file) {
  const json object = json::parse(ReadAll(file), nullptr, false);
  Lease lease{TextAt(object, "/cluster"), TextAt(object, "/dockerHost"), TextAt(object, "/runDir"),
              IntAt(object, "/pid"),      TextAt(object, "/pidStarted"), TextAt(object, "/bootId"),
              TrueAt(object, "/kept")};
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
    FolderLock lock(open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
    if (lock.fd_ < 0 || flock(lock.fd_, LOCK_EX) != 0) return FolderError(file, errno);
    return lock;
  }
  explicit FolderLock(int fd) : fd_(fd) {}
  FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock() {
    if (fd_ >= 0) close(fd_);
  }

 private:
  int fd_;
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

Outcome<std::vector<Lease>> LeaseFolder::FindStale(bool kept_too) const {
  E2E_TRY(const FolderLock lock, FolderLock::Acquire(folder_), "looking for leftovers of earlier runs");
  std::vector<Lease> stale;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    if (entry.path().extension() != ".json") continue;
    auto lease = LeaseFrom(entry.path());
    if (lease && !lease->HolderAlive() && (kept_too || !lease->kept)) stale.push_back(std::move(*lease));
  }
  return stale;
}

Outcome<std::vector<std::string>> LeaseFolder::Reap(CommandRunner& runner, const Tools& tools,
                                                    const std::function<void(const std::string&)>& warn,
                                                    Deadline deadline, bool kept_too) const {
  E2E_TRY(const std::vector<Lease> stale, FindStale(kept_too), "reaping");
  std::vector<std::string> reaped;
  for (const Lease& lease : stale) {
    // Taken over first, so that a run beside this one leaves it alone; passed by when that one was faster.
    if (!Take(Lease::Own(lease.cluster, lease.docker_host, lease.run_dir))) continue;
    warn(fmt::format("cluster {} was left behind by process {}, which is gone; deleting it", lease.cluster, lease.pid));
    Tools then = tools;
    then.docker_host = lease.docker_host;
    // A file that isn't there: the run's own may be gone with its folder, the user's is not ours to touch.
    const std::filesystem::path kubeconfig = folder_ / (lease.cluster + ".kubeconfig");
    const Status deleted = DeleteCluster(runner, then, lease.cluster, kubeconfig, deadline);
    if (!deleted) {
      warn(fmt::format("cluster {} could not be deleted: {}", lease.cluster, deleted.error().Render()));
      continue;
    }
    E2E_CHECK(Drop(lease.cluster), "reaping");
    reaped.push_back(lease.cluster);
  }
  return reaped;
}

}  // namespace e2e
