// exec: a program inside a container, for what no other step can see. The one escape hatch.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/release_pods.h"

namespace e2e {
namespace {

class Exec : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("container", container_, {.help = "a running container of the pod; default: the server"});
    visitor.Texts("argv", argv_, {.help = "the program and its arguments, without a shell", .required = true});
    visitor.Texts("says", says_, {.help = "what its output must hold; default: anything"});
    visitor.Number("exit", exit_, {.help = "exit status that it must have", .min = 0, .max = 255});
  }
  std::string Check() const override { return argv_.empty() ? "\"argv\" needs a program at least" : ""; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const std::string id, ContainerId(world, deadline), "exec");
    // The runtime wants a name for it that no other one has, also not one that outlived its step.
    const std::string name = fmt::format("e2e-{}", world.clock.Now().time_since_epoch().count());
    std::vector<std::string> argv = {"ctr", "--namespace", "k8s.io", "tasks", "exec", "--exec-id", name, id};
    argv.insert(argv.end(), argv_.begin(), argv_.end());
    E2E_TRY(const CommandResult result, world.node.TryExec(std::move(argv), deadline), "exec " + argv_.front());
    return Judge(result);
  }

 private:
  Outcome<std::string> ContainerId(World& world, Deadline deadline) const {
    E2E_TRY(const auto objects, world.api.List({CorePath(world.ns, "pods"), world.Selector()}, deadline),
            "finding the pod");
    for (const nlohmann::json& object : objects) {
      if (PodFrom(object).deleting) continue;
      for (const Container& container : ContainersFrom(object)) {
        const bool wanted =
            container_.empty() ? container.name == PodFrom(object).container.name : container.name == container_;
        if (wanted && !container.started_at.empty()) return container.id;
      }
    }
    return Error(ErrorKind::kInconclusive, fmt::format("no running container \"{}\" in a pod of the release",
                                                       container_.empty() ? "of the server" : container_));
  }

  Outcome<std::string> Judge(const CommandResult& result) const {
    if (std::holds_alternative<Interrupted>(result.exit)) return Error(ErrorKind::kInterrupted, "exec was interrupted");
    const std::string output = result.out + result.err;
    const std::string what = fmt::format("{} in the container {}", argv_.front(), Text(result));
    if (std::holds_alternative<TimedOut>(result.exit)) return Error(ErrorKind::kTimeout, what).Detail(Tail(output, 20));
    if (result.exit != decltype(result.exit)(Exited{static_cast<int>(exit_)})) {
      return Error(ErrorKind::kExpectation, fmt::format("{} instead of {}", what, exit_)).Detail(Tail(output, 20));
    }
    for (const std::string& words : says_) {
      if (output.find(words) != std::string::npos) continue;
      return Error(ErrorKind::kExpectation, fmt::format("the output of {} lacks \"{}\"", argv_.front(), words))
          .Detail(Tail(output, 20));
    }
    return what;
  }

  std::string container_;
  std::vector<std::string> argv_;
  std::vector<std::string> says_;
  long long exit_ = 0;
};

}  // namespace

std::vector<StepKind> ExecSteps() {
  return {
      {"exec", "run a program in a container: its exit status and its words", Duration(30'000), MakeStep<Exec>(),
       /*checks=*/true},
  };
}

}  // namespace e2e
