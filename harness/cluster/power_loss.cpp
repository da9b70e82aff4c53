#include "cluster/power_loss.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "base/wait.h"
#include "cluster/fault_target.h"

namespace e2e {
namespace {

// $1 where it is mounted. Perl is the one interpreter with ioctl() that every Debian has; 0x8004587d is
// FS_IOC_SHUTDOWN, 2 its EXT4_GOING_FLAGS_NOLOGFLUSH.
constexpr const char* kLose = R"(set -e
printf written >"$1/fill/unsynced"
perl -e 'open(my $mount, "<", $ARGV[0]) or die "$!\n"; my $how = pack("L", 2);
  ioctl($mount, 0x8004587d, $how) or die "$!\n"' "$1"
touch "$1/fill/after")";
constexpr const char* kIoError = "Input/output error";

// $1 the file of the volume. The state of its journal, before anything mounts it.
constexpr const char* kJournal = R"(set -e
tune2fs -l "$1" | grep -q needs_recovery && echo to be replayed || echo clean)";
// $1 where it is mounted. What is left of both files.
constexpr const char* kLeft = R"sh(set -e
cd "$1/fill"
for file in synced unsynced; do
  [ "$(cat "$file" 2>&-)" = written ] && echo "$file kept" || echo "$file lost"
done
rm -f unsynced after)sh";

Outcome<std::string> Ask(Node& node, const char* script, const std::string& argument, Deadline deadline) {
  E2E_TRY(const std::string out, node.Exec({"sh", "-c", script, "ask", argument}, deadline), "looking at the volume");
  return std::string(Trim(out));
}

// Until none of them is left. With the first one the kernel ends the others, and kill fails where one was gone.
Status Kill(const FaultTarget& target, const Frozen& frozen, Deadline deadline) {
  const Status sent = Signal(target.node, "-KILL", frozen.pids, deadline);
  if (!sent && sent.error().kind() != ErrorKind::kCommandFailed) return sent;
  const auto gone = [&]() -> Outcome<Probe> {
    E2E_TRY(const std::string states, target.node.StatesOfThose(frozen.pids, deadline), "killing");
    if (states.find_first_not_of('Z') == std::string::npos) return Probe::Ready();
    return Probe::Pending("states of processes: " + states);
  };
  return WaitUntil(target.api.clock(), "the end of the server's processes", deadline, {}, gone);
}

Outcome<std::string> Replay(Node& node, Clock& clock, const OwnVolume& volume, Deadline deadline) {
  E2E_CHECK(UnmountOwnVolume(node, clock, volume, deadline), "waiting for the pods' mounts to go");
  E2E_TRY(const std::string journal, Ask(node, kJournal, volume.Image(), deadline), "before the mount");
  E2E_CHECK(MountOwnVolume(node, volume, deadline), "mounting it again");
  E2E_TRY(const std::string left, Ask(node, kLeft, volume.Mount(), deadline), "after the mount");
  return fmt::format("journal {}, {}", journal, fmt::join(Split(left, '\n'), ", "));
}

}  // namespace

Outcome<PowerLost> LosePower(const FaultTarget& target, const OwnVolume& volume, Deadline deadline) {
  const std::string fault = "the power loss of volume " + volume.name;
  const auto frozen = Freeze(target, deadline);
  if (!frozen) return WithoutReceipt(frozen.error(), fault);
  const auto lost = target.node.TryExec({"sh", "-c", kLose, "lose", volume.Mount()}, deadline);
  // Whatever came of it, nothing may stay stopped.
  const Status killed = Kill(target, *frozen, deadline);
  if (!lost) return WithoutReceipt(lost.error(), fault);
  if (!killed) return WithoutReceipt(killed.error(), fault);
  if (!lost->ok() && lost->err.find("touch: ") != std::string::npos && lost->err.find(kIoError) != std::string::npos) {
    return PowerLost{volume.name, frozen->pids.size()};
  }
  const std::string said = lost->ok() ? "yes" : Tail(lost->err, 1);
  return Inconclusive(fmt::format("{} has no receipt: to a new file the kernel said \"{}\"", fault, said));
}

std::string PowerLost::Text() const {
  return fmt::format(
      "volume {} is shut down without a flush under {} stopped processes, which were killed; the kernel "
      "refused a new file (EIO)",
      volume, processes);
}

Outcome<PowerBack> RestorePower(Node& node, Clock& clock, const OwnVolume& volume, Deadline deadline) {
  const std::string fault = "the power loss of volume " + volume.name;
  const auto state = Replay(node, clock, volume, deadline);
  if (!state) return WithoutReceipt(state.error(), fault);
  if (*state == "journal to be replayed, synced kept, unsynced lost") return PowerBack{volume.name};
  return Inconclusive(fmt::format("{} has no receipt: {}", fault, *state));
}

std::string PowerBack::Text() const {
  return fmt::format(
      "volume {} is mounted again and its journal replayed: of two files, the synced one is there and the "
      "other one lost",
      volume);
}

}  // namespace e2e
