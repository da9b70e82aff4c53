// volume.*: whether the storage behind the release is still the same.
#include <fmt/format.h>

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

}  // namespace

std::vector<StepKind> VolumeSteps() {
  return {
      {"volume.remember", "keep the claim's UID and the volume's name", Duration(30'000), MakeStep<VolumeRemember>()},
      {"volume.same", "the claim's UID and the volume's name are those", Duration(30'000), MakeStep<VolumeSame>()},
  };
}

}  // namespace e2e
