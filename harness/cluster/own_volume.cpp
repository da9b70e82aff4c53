#include "cluster/own_volume.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

#include "base/text.h"
#include "base/wait.h"
#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

// On the node's own disk, which goes with the node.
constexpr const char* kFolder = "/var/lib/stalwart-e2e/volumes";
constexpr const char* kLabel = "app.kubernetes.io/managed-by";
constexpr const char* kOwner = "stalwart-e2e";

// $1 the folder, $2 octets. No blocks are kept for root, since servers run as root; and a block is a page, as
// the kernel writes no less and smaller ones could not all be filled. Mode 0777 as the folders of
// local-path have it: who may write is the pod's matter.
constexpr const char* kMakeFile = R"(set -e
mkdir -p "$1/mount"
truncate --size="$2" "$1/image"
mkfs.ext4 -q -F -b 4096 -m 0 "$1/image")";

// $1 the folder. The loop device is let go with the last mount, also when the node is killed. A container's /dev has
// only those devices that were there when it was made; a lane beside this one may take the first that is free.
constexpr const char* kMount = R"(set -e
mountpoint --quiet "$1/mount" && exit
free=$(losetup --find)
free=${free#/dev/loop}
for number in $(seq "$free" $((free + 9))); do
  [ -b "/dev/loop$number" ] || mknod -m 0660 "/dev/loop$number" b 7 "$number" || [ -b "/dev/loop$number" ]
done
mount -o loop "$1/image" "$1/mount"
if [ ! -d "$1/mount/data" ]; then
  mkdir -m 0777 "$1/mount/data" "$1/mount/fill"
  # For a power loss, long before it: a sync of one file commits what all others have in the journal.
  printf written >"$1/mount/fill/synced"
  sync "$1/mount/fill/synced" "$1/mount/fill" "$1/mount"
fi)";

// $1 the folder. What it prints still has the file.
constexpr const char* kUnmount = R"(set -e
if mountpoint --quiet "$1/mount"; then umount "$1/mount"; fi
if [ -e "$1/image" ]; then losetup --associated "$1/image"; fi)";

std::string FolderOf(const std::string& name) {
  return fmt::format("{}/{}", kFolder, name);
}

Error ForInfra(const Error& error) {
  if (error.kind() != ErrorKind::kCommandFailed) return error;
  return Error(ErrorKind::kInfra, error.message()).Detail(error.detail());
}

Status MakeFileSystem(Node& node, const OwnVolume& volume, Deadline deadline) {
  E2E_TRY(const CommandResult tool, node.TryExec({"sh", "-c", "command -v mkfs.ext4 losetup"}, deadline),
          "looking for mkfs.ext4 in the node");
  if (!tool.ok()) {
    return Error(ErrorKind::kInfra,
                 fmt::format("node {} has no mkfs.ext4 and losetup, as its image lacks e2fsprogs", node.name()))
        .Detail(Tail(tool.err, 5));
  }
  const auto made = node.Exec({"sh", "-c", kMakeFile, "make", volume.Folder(), std::to_string(volume.size)}, deadline);
  return made ? Status() : ForInfra(made.error());
}

json ClaimRef(const OwnVolume& volume) {
  return {{"apiVersion", "v1"}, {"kind", "PersistentVolumeClaim"}, {"namespace", volume.ns}, {"name", volume.claim}};
}

// Local, since hostPath knows no fsGroup.
json VolumeObject(const OwnVolume& volume, const std::string& node) {
  const json here = {{"key", "kubernetes.io/hostname"}, {"operator", "In"}, {"values", json::array({node})}};
  const json terms = json::array({{{"matchExpressions", json::array({here})}}});
  return {{"apiVersion", "v1"},
          {"kind", "PersistentVolume"},
          {"metadata", {{"name", volume.name}, {"labels", {{kLabel, kOwner}}}}},
          {"spec",
           {{"capacity", {{"storage", std::to_string(volume.size)}}},
            {"accessModes", json::array({"ReadWriteOnce"})},
            {"persistentVolumeReclaimPolicy", "Retain"},
            {"storageClassName", ""},
            {"claimRef", ClaimRef(volume)},
            {"local", {{"path", volume.Data()}}},
            {"nodeAffinity", {{"required", {{"nodeSelectorTerms", terms}}}}}}}};
}

json ClaimObject(const OwnVolume& volume) {
  return {{"apiVersion", "v1"},
          {"kind", "PersistentVolumeClaim"},
          {"metadata", {{"name", volume.claim}}},
          {"spec",
           {{"accessModes", json::array({"ReadWriteOnce"})},
            {"storageClassName", ""},
            {"volumeName", volume.name},
            {"resources", {{"requests", {{"storage", std::to_string(volume.size)}}}}}}}};
}

// Waits for the pods' mounts, which the kubelet takes away after the pods.
Status Unmount(Node& node, Clock& clock, const std::string& folder, Deadline deadline) {
  const auto free = [&]() -> Outcome<Probe> {
    const auto users = node.Exec({"sh", "-c", kUnmount, "unmount", folder}, deadline);
    if (!users && users.error().kind() != ErrorKind::kCommandFailed) return users.error();
    if (!users) return Probe::Pending(users.error().message());
    if (!Trim(*users).empty()) return Probe::Pending("still in use: " + std::string(Trim(*users)));
    return Probe::Ready();
  };
  return WaitUntil(clock, "the volume's file without users", deadline, {}, free);
}

Status RemoveFile(Node& node, Clock& clock, const std::string& folder, Deadline deadline) {
  E2E_CHECK(Unmount(node, clock, folder, deadline), "unmounting " + folder);
  E2E_TRY(const std::string out, node.Exec({"rm", "-rf", "--one-file-system", folder}, deadline), "removing " + folder);
  return {};
}

}  // namespace

std::string OwnVolume::Folder() const {
  return FolderOf(name);
}

Status MakeOwnVolume(KubeApi& api, Node& node, const OwnVolume& volume, Deadline deadline) {
  const std::string doing = fmt::format("making volume {} of {} octets", volume.name, volume.size);
  E2E_CHECK(MakeFileSystem(node, volume, deadline), doing);
  E2E_CHECK(MountOwnVolume(node, volume, deadline), doing);
  E2E_TRY(const json made, api.Post(CorePath("", "persistentvolumes"), VolumeObject(volume, node.name()), deadline),
          doing);
  E2E_TRY(const json claim, api.Post(CorePath(volume.ns, "persistentvolumeclaims"), ClaimObject(volume), deadline),
          doing);
  return {};
}

Status MountOwnVolume(Node& node, const OwnVolume& volume, Deadline deadline) {
  const auto mounted = node.Exec({"sh", "-c", kMount, "mount", volume.Folder()}, deadline);
  if (!mounted) return ForInfra(mounted.error()).While("mounting " + volume.Image());
  return {};
}

Status UnmountOwnVolume(Node& node, Clock& clock, const OwnVolume& volume, Deadline deadline) {
  return Unmount(node, clock, volume.Folder(), deadline);
}

Status RemoveOwnVolume(KubeApi& api, Node& node, const std::string& name, Deadline deadline) {
  Status deleted = api.Delete(CorePath("", "persistentvolumes", name), {}, deadline);
  // Also when the API is away: the file takes space.
  E2E_CHECK(RemoveFile(node, api.clock(), FolderOf(name), deadline), "removing volume " + name);
  if (!deleted) return std::move(deleted).error().While("removing volume " + name);
  return {};
}

Status ClearOwnVolumes(KubeApi& api, Node& node, Deadline deadline) {
  const ListQuery query{.path = CorePath("", "persistentvolumes"),
                        .label_selector = fmt::format("{}={}", kLabel, kOwner)};
  E2E_TRY(const std::vector<json> volumes, api.List(query, deadline), "asking for scenarios' volumes");
  std::set<std::string> names;
  for (const json& volume : volumes) names.insert(TextAt(volume, "/metadata/name"));
  E2E_TRY(const std::string folders, node.Exec({"sh", "-c", R"(mkdir -p "$1" && ls "$1")", "list", kFolder}, deadline),
          "asking for scenarios' volumes");
  for (const std::string& folder : Split(Trim(folders), '\n')) names.insert(folder);
  names.erase("");
  for (const std::string& name : names) E2E_CHECK(RemoveOwnVolume(api, node, name, deadline), "clearing volumes");
  return {};
}

}  // namespace e2e
