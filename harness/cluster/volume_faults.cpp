#include "cluster/volume_faults.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/wait.h"
#include "cluster/fault_target.h"

namespace e2e {
namespace {

constexpr const char* kNoSpace = "No space left on device";
constexpr const char* kReadOnly = "Read-only file system";
constexpr Duration kAgain{200};
// A wait looks once more when its time is up, and that look needs time of its own.
constexpr Duration kLastLook{5'000};

Outcome<long long> FreeOctets(Node& node, const OwnVolume& volume, Deadline deadline) {
  E2E_TRY(const std::string out, node.Exec({"stat", "--file-system", "--format", "%a %S", volume.Mount()}, deadline),
          "asking how much of volume " + volume.name + " is free");
  const std::vector<std::string> words = Split(Trim(out), ' ');
  const auto blocks = ParseInt(words.front());
  const auto size = ParseInt(words.back());
  if (words.size() == 2 && blocks && size) return *blocks * *size;
  return Error(ErrorKind::kInternal, "unreadable state of a file system").Detail(out);
}

// Into a file of its own: the last blocks are of no use to a large one, whose next block may need others for its map.
// Whether the kernel refused a part of these octets. What was written has reached the file system's blocks, as ext4
// may find out only then that there are none.
Outcome<bool> Write(Node& node, const OwnVolume& volume, int file, long long octets, Deadline deadline) {
  E2E_TRY(const CommandResult written,
          node.TryExec({"dd", "if=/dev/zero", fmt::format("of={}/{}", volume.Fill(), file), "bs=64K",
                        fmt::format("count={}", octets), "iflag=count_bytes", "oflag=append", "conv=notrunc,fsync"},
                       deadline),
          "writing to volume " + volume.name);
  if (written.ok()) return false;
  if (written.err.find(kNoSpace) != std::string::npos) return true;
  return Error(ErrorKind::kCommandFailed, "dd " + Text(written)).Detail(Tail(written.err, 5));
}

Outcome<CommandResult> Remount(Node& node, const OwnVolume& volume, const std::string& option, Deadline deadline) {
  return node.TryExec({"mount", "-o", "remount," + option, volume.Mount()}, deadline);
}

// What the kernel says to a new file; empty when it was made.
Outcome<std::string> TryFile(Node& node, const OwnVolume& volume, Deadline deadline) {
  E2E_TRY(const CommandResult made, node.TryExec({"touch", volume.Fill() + "/written"}, deadline), "making a file");
  if (made.ok()) return std::string();
  return made.err.empty() ? Text(made) : Tail(made.err, 1);
}

}  // namespace

Outcome<VolumeFilled> FillVolume(Node& node, Clock& clock, const OwnVolume& volume, long long leave,
                                 Deadline deadline) {
  const std::string fault = "the filling of volume " + volume.name;
  VolumeFilled receipt{.volume = volume.name};
  const auto before = FreeOctets(node, volume, deadline);
  if (!before) return WithoutReceipt(before.error(), fault);
  receipt.free_before = receipt.free_after = *before;
  int files = 0;
  const Deadline look = deadline.Plus(kLastLook);
  const auto full = [&]() -> Outcome<Probe> {
    // For 0 one octet more than there is: only a refusal shows that there is no more.
    const long long octets = receipt.free_after - leave + (leave == 0 ? 1 : 0);
    if (octets > 0) {
      E2E_TRY(receipt.refused, Write(node, volume, ++files, octets, look), "filling");
    }
    E2E_TRY(receipt.free_after, FreeOctets(node, volume, look), "filling");
    if (receipt.free_after <= leave && (leave > 0 || receipt.refused)) return Probe::Ready();
    return Probe::Pending(fmt::format("{} octets are free", receipt.free_after));
  };
  const Status seen = WaitUntil(clock, "a full volume", deadline, {.interval = kAgain}, full);
  if (!seen) return WithoutReceipt(seen.error(), fault);
  return receipt;
}

std::string VolumeFilled::Text() const {
  return fmt::format("volume {} had {} octets free and has {}{}", volume, free_before, free_after,
                     refused ? ", the kernel refused to write more (ENOSPC)" : "");
}

Outcome<VolumeFreed> FreeVolume(Node& node, const OwnVolume& volume, Deadline deadline) {
  const std::string fault = "the freeing of volume " + volume.name;
  VolumeFreed receipt{.volume = volume.name};
  const auto before = FreeOctets(node, volume, deadline);
  if (!before) return WithoutReceipt(before.error(), fault);
  receipt.free_before = *before;
  if (const auto removed = node.Exec({"find", volume.Fill(), "-type", "f", "-delete"}, deadline); !removed) {
    return WithoutReceipt(removed.error(), fault);
  }
  const auto after = FreeOctets(node, volume, deadline);
  if (!after) return WithoutReceipt(after.error(), fault);
  receipt.free_after = *after;
  if (receipt.free_after > receipt.free_before) return receipt;
  return Inconclusive(
      fmt::format("{} has no receipt: {} octets were free and {} are", fault, receipt.free_before, receipt.free_after));
}

std::string VolumeFreed::Text() const {
  return fmt::format("volume {} had {} octets free and has {}", volume, free_before, free_after);
}

Outcome<VolumeRemounted> MakeReadOnly(Node& node, Clock& clock, const OwnVolume& volume, Deadline deadline) {
  const std::string fault = "the read-only mount of volume " + volume.name;
  const Deadline look = deadline.Plus(kLastLook);
  const auto mounted = [&]() -> Outcome<Probe> {
    E2E_TRY(const CommandResult result, Remount(node, volume, "ro", look), "mounting it read-only");
    return result.ok() ? Probe::Ready() : Probe::Pending(std::string(Trim(result.err)));
  };
  const Status seen = WaitUntil(clock, "a volume that nobody writes to", deadline, {.interval = kAgain}, mounted);
  if (!seen) return WithoutReceipt(seen.error(), fault);
  const auto said = TryFile(node, volume, look);
  if (!said) return WithoutReceipt(said.error(), fault);
  if (said->find(kReadOnly) != std::string::npos) return VolumeRemounted{volume.name, false};
  return Inconclusive(
      fmt::format("{} has no receipt: to a new file the kernel said \"{}\"", fault, said->empty() ? "yes" : *said));
}

Outcome<VolumeRemounted> MakeWritable(Node& node, const OwnVolume& volume, Deadline deadline) {
  const std::string fault = "the writable mount of volume " + volume.name;
  const auto mounted = Remount(node, volume, "rw", deadline);
  if (!mounted) return WithoutReceipt(mounted.error(), fault);
  const auto said = TryFile(node, volume, deadline);
  if (!said) return WithoutReceipt(said.error(), fault);
  if (mounted->ok() && said->empty()) return VolumeRemounted{volume.name, true};
  return Inconclusive(fmt::format("{} has no receipt", fault)).Detail(mounted->err + *said);
}

std::string VolumeRemounted::Text() const {
  return fmt::format(
      "volume {} is mounted {}", volume,
      writable ? "for writing, a new file was made" : "read-only, the kernel refused a new file (EROFS)");
}

}  // namespace e2e
