#include "steps/management.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cluster/json_access.h"

namespace e2e {

using nlohmann::json;

namespace {

Error Refused(const std::string& what, const json& words) {
  return Error(ErrorKind::kExpectation, fmt::format("{} was refused: {}", what, words.dump()));
}

}  // namespace

Outcome<json> AskManagement(World& world, const std::string& method, const std::string& path, const json& body,
                            Deadline deadline) {
  HttpRequest request;
  request.method = method;
  request.endpoint = world.endpoints.find("http")->second;
  request.path = path;
  request.basic = Credentials{world.profile().admin_user, world.admin_password};
  if (!body.is_null()) {
    request.body = body.dump();
    // Stalwart takes nothing else for JSON.
    request.content_type = "application/json";
  }
  const std::string what = method + " " + path;
  E2E_TRY(const HttpResponse response, world.http.Send(request, deadline), what);
  json answer = json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (response.status != 200 || !answer.is_object()) {
    return Error(ErrorKind::kExpectation,
                 fmt::format("{} as {} was answered with status {}", what, world.profile().admin_user, response.status))
        .Detail(Tail(response.body, 5));
  }
  return answer;
}

Status CheckRest(const json& answer, const std::string& what) {
  if (!answer.contains("error") || answer.at("error") == "fieldAlreadyExists") return {};
  return Refused(what, answer);
}

json JmapCall(const std::string& method, json arguments, const std::string& name) {
  return json::array({method, std::move(arguments), name});
}

Outcome<JmapResults> AskJmap(World& world, const json& calls, Deadline deadline) {
  const json body = {{"using", {"urn:ietf:params:jmap:core", "urn:stalwart:jmap"}}, {"methodCalls", calls}};
  E2E_TRY(const json answer, AskManagement(world, "POST", "/jmap", body, deadline), "asking over JMAP");
  JmapResults results;
  for (const json& response : ListAt(answer, "/methodResponses")) {
    const std::string name = TextAt(response, "/2");
    results[name] =
        TextAt(response, "/0") == "error" ? json{{"error", JsonAt(response, "/1")}} : JsonAt(response, "/1");
  }
  for (const json& call : calls) {
    if (!results.contains(TextAt(call, "/2"))) return Refused(TextAt(call, "/0"), answer);
  }
  return results;
}

Status CheckSets(const JmapResults& results) {
  for (const auto& [name, result] : results) {
    if (result.contains("error")) return Refused("the making of " + name, result.at("error"));
    for (const char* part : {"/notCreated", "/notUpdated"}) {
      const json& failures = JsonAt(result, part);
      if (!failures.is_object() || failures.empty()) continue;
      return Refused(fmt::format("the making of {} of {}", name, failures.begin().key()), failures.begin().value());
    }
  }
  return {};
}

}  // namespace e2e
