#include "steps/management.h"

#include <fmt/format.h>

#include "base/text.h"

namespace e2e {

using nlohmann::json;

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

}  // namespace e2e
