// fault.*: what is broken on purpose; each fault has a receipt or the scenario is inconclusive.
#include "cluster/faults.h"
#include "cluster/node_faults.h"
#include "cluster/node_restarts.h"
#include "cluster/second_pod.h"
#include "steps/catalog.h"
#include "steps/data_kill.h"
#include "steps/make_step.h"
#include "steps/world.h"

namespace e2e {
namespace {

class FaultDelete : public Step {
 public:
  void Fields(FieldVisitor& visitor) override { visitor.Flag("forced", forced_, {.help = "without the grace period"}); }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const PodDeleted receipt, DeletePod(world.Target(), forced_, deadline), "fault.delete");
    return world.Prove("fault.delete", receipt.Text());
  }

 private:
  bool forced_ = false;
};

class FaultKill : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("signal", signal_,
                 {.help = "KILL, or one that the server may heed", .choices = {"KILL", "TERM", "INT"}});
    visitor.Text("when", when_,
                 {.help = "at once, or while the server takes a message of the harness: before or after its final dot",
                  .choices = {"now", "before-dot", "after-dot"}});
    visitor.Text("ledger", ledger_, {.help = "where that message is recorded: a name that mail.load saved"});
  }
  std::string Check() const override {
    if (when_ != "now" && signal_ != "KILL") return "a kill within a message is one by KILL";
    if ((when_ == "now") == ledger_.empty()) return "";
    return ledger_.empty() ? "a kill within a message needs a ledger for it"
                           : "only a kill within a message has a ledger";
  }
  std::vector<std::string> Needs() const override {
    return ledger_.empty() ? std::vector<std::string>() : std::vector<std::string>{"ledger " + ledger_};
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    if (when_ != "now") {
      const DataPoint point = when_ == "before-dot" ? DataPoint::kBeforeDot : DataPoint::kAfterDot;
      E2E_TRY(const std::string receipt, KillInData(world, point, ledger_, deadline), "fault.kill");
      return world.Prove("fault.kill", receipt);
    }
    E2E_TRY(const ContainerKilled receipt, KillContainer(world.Target(), "SIG" + signal_, deadline), "fault.kill");
    return world.Prove("fault.kill", receipt.Text());
  }

 private:
  std::string signal_ = "KILL";
  std::string when_ = "now";
  std::string ledger_;
};

class FaultOom : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const ContainerKilled receipt, TakeMemory(world.Target(), deadline), "fault.oom");
    return world.Prove("fault.oom", "OOMKilled, " + receipt.Text());
  }
};

class FaultDrain : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  bool HitsCluster() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const Drained receipt, DrainNode(world.Target(), deadline), "fault.drain");
    return world.Prove("fault.drain", receipt.Text());
  }
};

class FaultApiRestart : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  bool HitsCluster() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const ApiRestarted receipt, RestartApiServer(world.Target(), deadline), "fault.api-restart");
    return world.Prove("fault.api-restart", receipt.Text());
  }
};

class FaultFreeze : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(Frozen receipt, Freeze(world.Target(), deadline), "fault.freeze");
    world.frozen = std::move(receipt);
    return world.Prove("fault.freeze", world.frozen->Text());
  }
};

class FaultThaw : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    if (!world.frozen) return Error(ErrorKind::kInconclusive, "nothing is frozen");
    E2E_TRY(const Thawed receipt, Thaw(world.node, world.clock, *world.frozen, deadline), "fault.thaw");
    world.frozen.reset();
    return world.Prove("fault.thaw", receipt.Text());
  }
};

// The node's mounts go with it; until this the kubelet finds no folder to give to the pod, and tries again.
Status MountAgain(World& world, Deadline deadline) {
  return world.volume ? MountOwnVolume(world.node, *world.volume, deadline) : Status();
}

class FaultNodeRestart : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  bool HitsCluster() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const NodeRestarted receipt, RestartNode(world.Target(), deadline), "fault.node-restart");
    E2E_CHECK(MountAgain(world, deadline), "fault.node-restart");
    return world.Prove("fault.node-restart", receipt.Text());
  }
};

class FaultNodeKill : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  bool HitsCluster() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const NodeRestarted receipt, KillNode(world.Target(), deadline), "fault.node-kill");
    E2E_CHECK(MountAgain(world, deadline), "fault.node-kill");
    return world.Prove("fault.node-kill", receipt.Text());
  }
};

class FaultKubeletRestart : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  bool HitsCluster() const override { return true; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const KubeletRestarted receipt, RestartKubelet(world.Target(), deadline), "fault.kubelet-restart");
    return world.Prove("fault.kubelet-restart", receipt.Text());
  }
};

class FaultSecondPod : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const SecondPod receipt, AddSecondPod(world.Target(), world.release, deadline), "fault.second-pod");
    return world.Prove("fault.second-pod", receipt.Text());
  }
};

}  // namespace

std::vector<StepKind> FaultSteps() {
  return {
      FaultKind<FaultDelete>("fault.delete", "delete the pod and see another one made", Duration(120'000)),
      FaultKind<FaultKill>("fault.kill", "a signal to the container's first process; SIGKILL ends everything in it",
                           Duration(120'000)),
      FaultKind<FaultFreeze>("fault.freeze", "SIGSTOP to everything in the container", Duration(30'000)),
      FaultKind<FaultThaw>("fault.thaw", "SIGCONT to what is frozen", Duration(30'000)),
      FaultKind<FaultOom>("fault.oom", "take the container's memory until the kernel kills it", Duration(120'000)),
      FaultKind<FaultSecondPod>("fault.second-pod",
                                "put a second pod on the volume, see its server end, and take it away",
                                Duration(180'000)),
      FaultKind<FaultDrain>("fault.drain", "cordon the node, evict the pod, uncordon", Duration(120'000)),
      FaultKind<FaultApiRestart>("fault.api-restart", "restart the Kubernetes API server", Duration(180'000)),
      FaultKind<FaultKubeletRestart>("fault.kubelet-restart", "kill the kubelet and see another one report",
                                     Duration(120'000)),
      FaultKind<FaultNodeRestart>("fault.node-restart", "stop and start the node", Duration(180'000)),
      FaultKind<FaultNodeKill>("fault.node-kill", "SIGKILL to everything in the node, and start it", Duration(180'000)),
  };
}

}  // namespace e2e
