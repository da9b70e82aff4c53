// fault.*: what is broken on purpose; each fault has a receipt or the scenario is inconclusive.
#include "cluster/faults.h"
#include "cluster/node_faults.h"
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
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("signal", signal_,
                 {.help = "KILL, or one that the server may heed", .choices = {"KILL", "TERM", "INT"}});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const ContainerKilled receipt, KillContainer(world.Target(), "SIG" + signal_, deadline), "fault.kill");
    return "receipt: " + receipt.Text();
  }

 private:
  std::string signal_ = "KILL";
};

class FaultOom : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const ContainerKilled receipt, TakeMemory(world.Target(), deadline), "fault.oom");
    return "receipt: OOMKilled, " + receipt.Text();
  }
};

class FaultDrain : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  bool HitsCluster() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const Drained receipt, DrainNode(world.Target(), deadline), "fault.drain");
    return "receipt: " + receipt.Text();
  }
};

class FaultApiRestart : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  bool HitsCluster() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const ApiRestarted receipt, RestartApiServer(world.Target(), deadline), "fault.api-restart");
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
  bool HitsCluster() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const NodeRestarted receipt, RestartNode(world.Target(), deadline), "fault.node-restart");
    return "receipt: " + receipt.Text();
  }
};

}  // namespace

std::vector<StepKind> FaultSteps() {
  return {
      {"fault.delete", "delete the pod and see another one made", Duration(120'000), MakeStep<FaultDelete>()},
      {"fault.kill", "a signal to the container's first process; SIGKILL ends everything in it", Duration(120'000),
       MakeStep<FaultKill>()},
      {"fault.freeze", "SIGSTOP to everything in the container", Duration(30'000), MakeStep<FaultFreeze>()},
      {"fault.thaw", "SIGCONT to what is frozen", Duration(30'000), MakeStep<FaultThaw>()},
      {"fault.oom", "take the container's memory until the kernel kills it", Duration(120'000), MakeStep<FaultOom>()},
      {"fault.drain", "cordon the node, evict the pod, uncordon", Duration(120'000), MakeStep<FaultDrain>()},
      {"fault.api-restart", "restart the Kubernetes API server", Duration(180'000), MakeStep<FaultApiRestart>()},
      {"fault.node-restart", "stop and start the node", Duration(180'000), MakeStep<FaultNodeRestart>()},
  };
}

}  // namespace e2e
