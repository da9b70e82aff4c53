// jmap.*: JMAP (RFC 8620) on the HTTP port.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

#include "base/text.h"
#include "cluster/json_access.h"
#include "steps/catalog.h"
#include "steps/dialogue_line.h"
#include "steps/mail_sessions.h"
#include "steps/make_step.h"
#include "steps/subset.h"
#include "steps/variables.h"

namespace e2e {
namespace {

using nlohmann::json;

class JmapStep : public Step {
 protected:
  void AsField(FieldVisitor& visitor) {
    std::vector<std::string> names = AccountNames();
    names.emplace_back("admin");
    visitor.Text("as", as_, {.help = "who asks", .choices = names});
  }
  Outcome<json> Ask(World& world, const std::string& method, const std::string& path, const json& body,
                    Deadline deadline) const {
    if (!world.profile().jmap) {
      return Error(ErrorKind::kInconclusive, world.profile().name + " has no JMAP");
    }
    HttpRequest request;
    request.method = method;
    request.endpoint = world.endpoints.find("http")->second;
    request.path = path;
    request.basic = as_ == "admin" ? Credentials{world.profile().admin_user, world.admin_password}
                                   : Credentials{AccountNamed(world, as_).address, AccountNamed(world, as_).password};
    request.content_type = "application/json";
    if (!body.is_null()) request.body = body.dump();
    E2E_TRY(const HttpResponse response, world.http.Send(request, deadline), method + " " + path);
    json answer = json::parse(response.body, nullptr, /*allow_exceptions=*/false);
    if (response.status == 200 && answer.is_object()) return answer;
    return Error(ErrorKind::kExpectation, fmt::format("{} {} as {}: status {}", method, path, as_, response.status))
        .Detail(Tail(response.body, 5));
  }

  std::string as_ = "user1";
};

class JmapSession : public JmapStep {
 public:
  void Fields(FieldVisitor& visitor) override {
    AsField(visitor);
    visitor.Texts("capabilities", capabilities_, {.help = "capabilities that it must name"});
    visitor.Text("save", save_, {.help = "name of the value that is the account's id"});
  }
  std::vector<std::string> Saves() const override {
    return save_.empty() ? std::vector<std::string>() : std::vector<std::string>{"value " + save_};
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const json session, Ask(world, "GET", "/jmap/session", nullptr, deadline), "jmap.session");
    const json& accounts = JsonAt(session, "/accounts");
    if (!accounts.is_object() || accounts.empty() || TextAt(session, "/apiUrl").empty()) {
      return Error(ErrorKind::kExpectation, "the session lacks accounts or apiUrl (RFC 8620 section 2)")
          .Detail(session.dump(2));
    }
    for (const std::string& capability : capabilities_) {
      if (JsonAt(session, "/capabilities").contains(capability)) continue;
      return Error(ErrorKind::kExpectation, "the session does not name the capability " + capability)
          .Detail(JsonAt(session, "/capabilities").dump(2));
    }
    if (!save_.empty()) world.variables[save_] = accounts.begin().key();
    return fmt::format("account {} of {}", accounts.begin().key(), as_);
  }

 private:
  std::vector<std::string> capabilities_;
  std::string save_;
};

struct JmapCapture : FieldGroup {
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("name", name, {.help = "texts behind it may say ${name}", .required = true, .check = NameMistake});
    visitor.Text("path", path, {.help = "JSON Pointer into the response: /ids/0", .required = true});
  }
  std::vector<std::string> SavesValues() const override { return {name}; }
  std::string name;
  std::string path;
};

struct JmapCallFields : FieldGroup {
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("method", method, {.help = "such as Mailbox/get", .required = true});
    visitor.Object("arguments", arguments, {.help = "its arguments"});
    visitor.Text("id", id, {.help = "its call id, for #references; default: c0, c1, …"});
    visitor.Text("name", name, {.help = "name of the response; default: the method, \"error\" for a refusal"});
    visitor.Object("expect", expect, {.help = "what the response must hold"});
    visitor.Group("capture", capture, {.help = "keep a text of the response"});
  }
  std::string method;
  json arguments = json::object();
  std::string id;
  std::string name;
  json expect = json::object();
  JmapCapture capture;
};

class JmapCall : public JmapStep {
 public:
  void Fields(FieldVisitor& visitor) override {
    AsField(visitor);
    visitor.Texts("using", using_, {.help = "capabilities of the request"});
    visitor.Groups("calls", calls_, {.help = "method calls of one request, in order", .required = true});
  }
  std::vector<std::string> Saves() const override {
    std::vector<std::string> names;
    for (const JmapCallFields& call : calls_.items) {
      if (call.capture.given) names.push_back("value " + call.capture.name);
    }
    return names;
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    json calls = json::array();
    for (std::size_t i = 0; i < calls_.items.size(); ++i) {
      E2E_TRY(const json arguments, ReplacedIn(world, calls_.items[i].arguments), "jmap.call");
      calls.push_back({calls_.items[i].method, arguments, IdOf(i)});
    }
    const json body = {{"using", using_}, {"methodCalls", calls}};
    E2E_TRY(const json answer, Ask(world, "POST", "/jmap", body, deadline), "jmap.call");
    for (std::size_t i = 0; i < calls_.items.size(); ++i) {
      E2E_CHECK(Compare(world, i, answer), fmt::format("jmap.call {}", calls_.items[i].method));
    }
    return fmt::format("{} calls answered as expected", calls_.items.size());
  }

 private:
  std::string IdOf(std::size_t i) const {
    return calls_.items[i].id.empty() ? fmt::format("c{}", i) : calls_.items[i].id;
  }

  Status Compare(World& world, std::size_t i, const json& answer) const {
    const JmapCallFields& call = calls_.items[i];
    for (const json& response : ListAt(answer, "/methodResponses")) {
      if (TextAt(response, "/2") != IdOf(i)) continue;
      const std::string wanted = call.name.empty() ? call.method : call.name;
      E2E_TRY(const json expected, ReplacedIn(world, call.expect), "comparing");
      const std::string name = TextAt(response, "/0");
      if (name == wanted) {
        const auto difference = FindDifference(expected, JsonAt(response, "/1"));
        if (!difference) return Capture(world, call, JsonAt(response, "/1"));
        return Error(ErrorKind::kExpectation, "the response is not as expected: " + *difference)
            .At(call.where)
            .Detail(JsonAt(response, "/1").dump(2));
      }
      return Error(ErrorKind::kExpectation, fmt::format("expected the response {}, came {}", wanted, name))
          .At(call.where)
          .Detail(JsonAt(response, "/1").dump(2));
    }
    return Error(ErrorKind::kExpectation, fmt::format("call {} was not answered", IdOf(i)))
        .At(call.where)
        .Detail(answer.dump(2));
  }

  static Status Capture(World& world, const JmapCallFields& call, const json& response) {
    if (!call.capture.given) return {};
    const std::string text = TextAt(response, call.capture.path);
    if (text.empty()) {
      return Error(ErrorKind::kExpectation, "the response has no text at " + call.capture.path)
          .At(call.where)
          .Detail(response.dump(2));
    }
    world.variables[call.capture.name] = text;
    return {};
  }

  std::vector<std::string> using_ = {"urn:ietf:params:jmap:core", "urn:stalwart:jmap"};
  FieldGroupsOf<JmapCallFields> calls_;
};

}  // namespace

std::vector<StepKind> JmapSteps() {
  return {
      {"jmap.session", "the JMAP session names an account and these capabilities", Duration(30'000),
       MakeStep<JmapSession>(), /*checks=*/true},
      {"jmap.call", "one JMAP request, and what its responses hold", Duration(30'000), MakeStep<JmapCall>(),
       /*checks=*/true},
  };
}

}  // namespace e2e
