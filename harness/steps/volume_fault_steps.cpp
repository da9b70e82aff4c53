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

// One without fields; `strike` gives the receipt.
template <auto strike>
class VolumeFault : public Step {
 public:
  explicit VolumeFault(std::string kind) : kind_(std::move(kind)) {}
  void Fields(FieldVisitor&) override {}
  bool HitsOwnVolume() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const auto receipt, strike(world, deadline), kind_);
    return world.Prove(kind_, receipt.Text());
  }

 private:
  const std::string kind_;
};

template <auto strike>
StepKind Plain(const std::string& kind, std::string help, Duration within) {
  const auto make = [kind] { return std::make_unique<VolumeFault<strike>>(kind); };
  return {kind, std::move(help), within, make, /*checks=*/false, /*breaks=*/true};
}

constexpr auto kFree = [](World& world, Deadline deadline) {
  return FreeVolume(world.node, world.volume.value(), deadline);
};
constexpr auto kReadOnly = [](World& world, Deadline deadline) {
  return MakeReadOnly(world.node, world.clock, world.volume.value(), deadline);
};
constexpr auto kWritable = [](World& world, Deadline deadline) {
  return MakeWritable(world.node, world.volume.value(), deadline);
};
constexpr auto kPowerLoss = [](World& world, Deadline deadline) {
  return LosePower(world.Target(), world.volume.value(), deadline);
};
constexpr auto kPowerOn = [](World& world, Deadline deadline) {
  return RestorePower(world.node, world.clock, world.volume.value(), deadline);
};

}  // namespace

std::vector<StepKind> VolumeFaultSteps() {
  return {
      FaultKind<FaultFill>("fault.fill", "fill the scenario's own volume until nothing more can be written",
                           Duration(120'000)),
      Plain<kFree>("fault.free", "give the space on that volume back", Duration(60'000)),
      Plain<kReadOnly>("fault.read-only", "let pods that come next only read that volume, which none may use just then",
                       Duration(60'000)),
      Plain<kWritable>("fault.writable", "let pods that come next write to that volume again", Duration(60'000)),
      Plain<kPowerLoss>("fault.power-loss", "the disk under that volume loses all that was not synced, and goes",
                        Duration(30'000)),
      Plain<kPowerOn>("fault.power-on", "mount that volume again, once no pod has it; its journal is replayed",
                      Duration(120'000)),
  };
}

}  // namespace e2e
