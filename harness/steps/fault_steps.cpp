// fault.*: what is broken on purpose; each fault has a receipt or the scenario is inconclusive.
#include "cluster/faults.h"
#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/world.h"

namespace e2e {
namespace {

class FaultDelete : public Step {
 public:
  void Fields(FieldVisitor& visitor) override { visitor.Flag("forced", forced_, {.help = "without the grace period"}); }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const PodDeleted receipt, DeletePod(world.Target(), forced_, deadline), "fault.delete");
    return "receipt: " + receipt.Text();
  }

 private:
  bool forced_ = false;
};

class FaultKill : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const ContainerKilled receipt, KillContainer(world.Target(), deadline), "fault.kill");
    return "receipt: " + receipt.Text();
  }
};

class FaultFreeze : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(Frozen receipt, Freeze(world.Target(), deadline), "fault.freeze");
    world.frozen = std::move(receipt);
    return "receipt: " + world.frozen->Text();
  }
};

class FaultThaw : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    if (!world.frozen) return Error(ErrorKind::kInconclusive, "nothing is frozen");
    E2E_CHECK(Thaw(world.node, *world.frozen, deadline), "fault.thaw");
    const std::string text = world.frozen->Text();
    world.frozen.reset();
    return "running again: " + text;
  }
};

class FaultNodeRestart : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const NodeRestarted receipt, RestartNode(world.Target(), deadline), "fault.node-restart");
    return "receipt: " + receipt.Text();
  }
};

}  // namespace

std::vector<StepKind> FaultSteps() {
  return {
      {"fault.delete", "delete the pod and see another one made", Duration(120'000), MakeStep<FaultDelete>()},
      {"fault.kill", "SIGKILL to everything in the container", Duration(120'000), MakeStep<FaultKill>()},
      {"fault.freeze", "SIGSTOP to everything in the container", Duration(30'000), MakeStep<FaultFreeze>()},
      {"fault.thaw", "SIGCONT to what is frozen", Duration(30'000), MakeStep<FaultThaw>()},
      {"fault.node-restart", "stop and start the node", Duration(180'000), MakeStep<FaultNodeRestart>()},
  };
}

}  // namespace e2e
