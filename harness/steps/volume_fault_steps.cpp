// fault.* of a scenario's own volume, which the compiler sees to: no space, no writing, no power.
#include "cluster/power_loss.h"
#include "cluster/volume_faults.h"
#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/world.h"

namespace e2e {
namespace {

class FaultFill : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Size("leave", leave_, {.help = "octets that stay free", .min = 0, .max = 1024LL * 1024 * 1024});
  }
  std::string Check() const override { return leave_.min == leave_.max ? "" : "leave takes one size, not a range"; }
  bool HitsOwnVolume() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const VolumeFilled receipt, FillVolume(world.node, world.clock, world.volume.value(), leave_.max, deadline),
            "fault.fill");
    return world.Prove("fault.fill", receipt.Text());
  }

 private:
  SizeRange leave_;
};

class FaultFree : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  bool HitsOwnVolume() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const VolumeFreed receipt, FreeVolume(world.node, world.volume.value(), deadline), "fault.free");
    return world.Prove("fault.free", receipt.Text());
  }
};

class FaultReadOnly : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  bool HitsOwnVolume() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const VolumeRemounted receipt, MakeReadOnly(world.node, world.clock, world.volume.value(), deadline),
            "fault.read-only");
    return world.Prove("fault.read-only", receipt.Text());
  }
};

class FaultWritable : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  bool HitsOwnVolume() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const VolumeRemounted receipt, MakeWritable(world.node, world.volume.value(), deadline), "fault.writable");
    return world.Prove("fault.writable", receipt.Text());
  }
};

class FaultPowerLoss : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  bool HitsOwnVolume() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const PowerLost receipt, LosePower(world.node, world.volume.value(), deadline), "fault.power-loss");
    return world.Prove("fault.power-loss", receipt.Text());
  }
};

class FaultPowerOn : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  bool HitsOwnVolume() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const PowerBack receipt, RestorePower(world.node, world.clock, world.volume.value(), deadline),
            "fault.power-on");
    return world.Prove("fault.power-on", receipt.Text());
  }
};

}  // namespace

std::vector<StepKind> VolumeFaultSteps() {
  return {
      FaultKind<FaultFill>("fault.fill", "fill the scenario's own volume until nothing more can be written",
                           Duration(120'000)),
      FaultKind<FaultFree>("fault.free", "give the space on that volume back", Duration(60'000)),
      FaultKind<FaultReadOnly>("fault.read-only",
                               "let pods that come next only read that volume, which none may use just then",
                               Duration(60'000)),
      FaultKind<FaultWritable>("fault.writable", "let pods that come next write to that volume again",
                               Duration(60'000)),
      FaultKind<FaultPowerLoss>("fault.power-loss",
                                "the disk under that volume loses all that was not synced, and goes", Duration(30'000)),
      FaultKind<FaultPowerOn>("fault.power-on", "mount that volume again, once no pod has it; its journal is replayed",
                              Duration(120'000)),
  };
}

}  // namespace e2e
