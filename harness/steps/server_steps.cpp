// server.*: what the server itself is told or tells.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cluster/faults.h"
#include "steps/admin_password.h"
#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/management.h"
#include "steps/provisioning.h"
#include "steps/usable.h"
#include "steps/variables.h"

namespace e2e {
namespace {

using nlohmann::json;

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
    world.throttled = false;
    if (off) return std::string("the server counts nothing that comes in");
    E2E_TRY(const ContainerKilled restarted, KillContainer(world.Target(), "SIGTERM", deadline),
            "server.throttles-off");
    E2E_CHECK(WaitUntilUsable(world, {.because = "the start without throttles"}, deadline), "server.throttles-off");
    return "the server counts nothing that comes in since another start: " + restarted.Text();
  }
};

std::string JsonMistake(const std::string& text) {
  return json::accept(text) ? "" : "takes a JSON text";
}

struct RestRequest : FieldGroup {
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("method", method, {.help = "GET, POST, …"});
    visitor.Text("path", path, {.help = "path below the server: /api/principal", .required = true});
    visitor.Text("body", body, {.help = "JSON to send; default: none", .check = JsonMistake});
  }
  std::string method = "POST";
  std::string path;
  std::string body;
};

struct JmapSet : FieldGroup {
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("method", method, {.help = "such as x:Account/set", .required = true});
    visitor.Object("arguments", arguments, {.help = "its arguments"});
  }
  std::string method;
  json arguments = json::object();
};

// The same change in the words of either interface; the server under test takes those of its own.
class ServerManage : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Groups("rest", rest_, {.help = "requests to the interface of Stalwart 0.15", .required = true});
    visitor.Groups("jmap", jmap_, {.help = "calls of one request to that of 0.16", .required = true});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    return world.profile().management == Management::kRest ? ByRest(world, deadline) : ByJmap(world, deadline);
  }

 private:
  Outcome<std::string> ByRest(World& world, Deadline deadline) const {
    for (const RestRequest& request : rest_.items) {
      E2E_TRY(const std::string path, Replaced(world, request.path), "server.manage");
      E2E_TRY(const std::string text, Replaced(world, request.body), "server.manage");
      const json body = text.empty() ? json() : json::parse(text, nullptr, /*allow_exceptions=*/false);
      const std::string what = request.method + " " + path;
      E2E_TRY(const json answer, AskManagement(world, request.method, path, body, deadline), "server.manage");
      E2E_CHECK(CheckRest(answer, what), "server.manage");
    }
    return fmt::format("{} requests done", rest_.items.size());
  }

  Outcome<std::string> ByJmap(World& world, Deadline deadline) const {
    json calls = json::array();
    for (const JmapSet& set : jmap_.items) {
      E2E_TRY(json arguments, ReplacedIn(world, set.arguments), "server.manage");
      calls.push_back(JmapCall(set.method, std::move(arguments), fmt::format("c{}", calls.size())));
    }
    E2E_TRY(const JmapResults results, AskJmap(world, calls, deadline), "server.manage");
    E2E_CHECK(CheckSets(results), "server.manage");
    return fmt::format("{} calls done", calls.size());
  }

  FieldGroupsOf<RestRequest> rest_;
  FieldGroupsOf<JmapSet> jmap_;
};

}  // namespace

std::vector<StepKind> ServerSteps() {
  return {
      {"server.admin", "take the administrator's password from where the chart or the server keeps it",
       Duration(60'000), MakeStep<ServerAdmin>()},
      {"server.throttles-off", "take the server's limits to incoming mail away, by another start where it needs one",
       Duration(300'000), MakeStep<ServerThrottlesOff>()},
      {"server.manage", "change something by the server's own management, in the words of either interface",
       Duration(60'000), MakeStep<ServerManage>()},
  };
}

}  // namespace e2e
