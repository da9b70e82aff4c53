// volume.*: whether the storage behind the release is still the same.
#include <fmt/format.h>

#include <fstream>

#include "base/text.h"
#include "cluster/workload.h"
#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/usable.h"

namespace e2e {
namespace {

// Claim and volume as they were when a ledger or a volume.remember saw them.
class VolumeRemember : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("save", save_, {.help = "name for volume.same", .required = true});
  }
  std::vector<std::string> Saves() const override { return {"volume " + save_}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const Baseline now, ReadBaseline(world, deadline), "volume.remember");
    if (now.claim_uid.empty() || now.volume.empty()) {
      return Error(ErrorKind::kExpectation,
                   fmt::format("the release has no claim \"{}\" with a volume", world.release));
    }
    world.volumes[save_] = now;
    return fmt::format("claim {}, volume {}", now.claim_uid, now.volume);
  }

 private:
  std::string save_;
};

class VolumeSame : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("as", as_, {.help = "name that volume.remember saved", .required = true});
  }
  std::vector<std::string> Needs() const override { return {"volume " + as_}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const Baseline now, ReadBaseline(world, deadline), "volume.same");
    const Baseline& then = world.volumes.at(as_);
    if (now.claim_uid != then.claim_uid || now.volume != then.volume) {
      return Error(ErrorKind::kExpectation, fmt::format("claim {} with volume {} is now claim {} with volume {}",
                                                        then.claim_uid, then.volume, now.claim_uid, now.volume));
    }
    return fmt::format("same claim {}, same volume {}", now.claim_uid, now.volume);
  }

 private:
  std::string as_;
};

Status Keep(const World& world, const std::string& name, const VolumeListing& listing) {
  const std::filesystem::path path = world.artifacts / fmt::format("volume-{}.txt", Slug(name));
  std::ofstream out(path, std::ios::binary);
  out << listing.text;
  out.close();
  if (!out) return Error(ErrorKind::kInfra, path.string() + " can't be written");
  return {};
}

Outcome<VolumeListing> ListClaim(World& world, Deadline deadline) {
  E2E_TRY(const Claim claim, GetClaim(world.api, world.ns, world.release, deadline), "looking for the volume");
  if (claim.volume.empty()) return Error(ErrorKind::kExpectation, "the release's claim has no volume");
  return ListVolume(world.api, world.node, claim.volume, deadline);
}

class VolumeFingerprint : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("save", save_, {.help = "name for volume.unchanged", .required = true});
  }
  std::vector<std::string> Saves() const override { return {"fingerprint " + save_}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(VolumeListing listing, ListClaim(world, deadline), "volume.fingerprint");
    E2E_CHECK(Keep(world, save_, listing), "volume.fingerprint");
    const std::string note = fmt::format("volume {}: {} paths, {:.16}…", listing.volume,
                                         Split(Trim(listing.text), '\n').size(), listing.fingerprint);
    world.listings[save_] = std::move(listing);
    return note;
  }

 private:
  std::string save_;
};

class VolumeUnchanged : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("as", as_, {.help = "name that volume.fingerprint saved", .required = true});
  }
  std::vector<std::string> Needs() const override { return {"fingerprint " + as_}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const VolumeListing now, ListClaim(world, deadline), "volume.unchanged");
    E2E_CHECK(Keep(world, as_ + "-now", now), "volume.unchanged");
    const VolumeListing& then = world.listings.at(as_);
    if (now.volume != then.volume) {
      return Error(ErrorKind::kExpectation, fmt::format("volume {} is now volume {}", then.volume, now.volume));
    }
    if (const auto change = FindChange(then, now)) {
      return Error(ErrorKind::kExpectation, fmt::format("volume {} is not what it was: {}", now.volume, *change));
    }
    return fmt::format("volume {}: {:.16}… as before", now.volume, now.fingerprint);
  }

 private:
  std::string as_;
};

}  // namespace

std::vector<StepKind> VolumeSteps() {
  return {
      {"volume.remember", "keep the claim's UID and the volume's name", Duration(30'000), MakeStep<VolumeRemember>()},
      {"volume.same", "the claim's UID and the volume's name are those", Duration(30'000), MakeStep<VolumeSame>(),
       /*checks=*/true},
      {"volume.fingerprint", "keep everything that is on the volume: names, modes, owners, times, contents",
       Duration(60'000), MakeStep<VolumeFingerprint>()},
      {"volume.unchanged", "the volume is byte for byte what it was", Duration(60'000), MakeStep<VolumeUnchanged>(),
       /*checks=*/true},
  };
}

}  // namespace e2e
