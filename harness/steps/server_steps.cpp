// server.*: what the server itself is told or tells.
#include <fmt/format.h>

#include "cluster/faults.h"
#include "steps/admin_password.h"
#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/provisioning.h"
#include "steps/usable.h"

namespace e2e {
namespace {

class ServerAdmin : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("from", from_,
                 {.help = "the chart's Secret, or the log of the server's first start",
                  .required = true,
                  .choices = {"secret", "log"}});
    visitor.Flag("same", same_, {.help = "it must be the one in use"});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const std::string password,
            from_ == "secret" ? ReadAdminSecret(world, deadline) : ReadAdminLog(world, deadline), "server.admin");
    if (same_ && password != world.admin_password) {
      UseAdminPassword(world, password);  // hides the other one too
      return Error(ErrorKind::kExpectation,
                   fmt::format("the {} has another administrator's password than before", from_));
    }
    UseAdminPassword(world, password);
    return fmt::format("the administrator's password is that of the {}{}", from_, same_ ? ", as before" : "");
  }

 private:
  std::string from_;
  bool same_ = false;
};

// Scripts speak faster than the server lets strangers: Stalwart hangs up on the sixth connection within a second.
class ServerThrottlesOff : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const bool off, ThrottlesOff(world, deadline), "server.throttles-off");
    if (off) return std::string("the server counts nothing that comes in");
    E2E_TRY(const ContainerKilled restarted, KillContainer(world.Target(), "SIGTERM", deadline),
            "server.throttles-off");
    E2E_CHECK(WaitUntilUsable(world, {.because = "the start without throttles"}, deadline), "server.throttles-off");
    return "the server counts nothing that comes in since another start: " + restarted.Text();
  }
};

}  // namespace

std::vector<StepKind> ServerSteps() {
  return {
      {"server.admin", "take the administrator's password from where the chart or the server keeps it",
       Duration(60'000), MakeStep<ServerAdmin>()},
      {"server.throttles-off", "take the server's limits to incoming mail away, by another start where it needs one",
       Duration(300'000), MakeStep<ServerThrottlesOff>()},
  };
}

}  // namespace e2e
