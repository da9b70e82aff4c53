#include "cluster/kube_api.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/percent.h"
#include "cluster/json_access.h"
#include "cluster/kube_watch.h"

namespace e2e {
namespace {

using nlohmann::json;

std::string PathBelow(const std::string& root, std::string_view ns, std::string_view kind, std::string_view name) {
  std::string path = root;
  if (!ns.empty()) path += fmt::format("/namespaces/{}", ns);
  path += fmt::format("/{}", kind);
  if (!name.empty()) path += fmt::format("/{}", name);
  return path;
}

std::string_view ContentType(PatchType type) {
  switch (type) {
    case PatchType::kMerge: return "application/merge-patch+json";
    case PatchType::kStrategic: return "application/strategic-merge-patch+json";
    case PatchType::kJson: return "application/json-patch+json";
  }
  return "";
}

}  // namespace

std::string CorePath(std::string_view ns, std::string_view kind, std::string_view name) {
  return PathBelow("/api/v1", ns, kind, name);
}

std::string GroupPath(std::string_view group, std::string_view ns, std::string_view kind, std::string_view name) {
  return PathBelow(fmt::format("/apis/{}", group), ns, kind, name);
}

std::string PathWithQuery(const std::string& path, const std::vector<std::pair<std::string, std::string>>& parameters) {
  std::string out = path;
  char separator = '?';
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    out += fmt::format("{}{}={}", separator, name, PercentEncode(value));
    separator = '&';
  }
  return out;
}

Error RefusalOf(const KubeRequest& request, const KubeResponse& response) {
  const json body = json::parse(response.body, nullptr, false);
  std::string words = body.is_object() ? TextAt(body, "/message") : response.body.substr(0, 300);
  if (words.empty()) words = "no message";
  const bool environment =
      response.status == 401 || response.status == 403 || response.status == 429 || response.status >= 500;
  return Error(
      environment ? ErrorKind::kInfra : ErrorKind::kExpectation,
      fmt::format("the Kubernetes API answered {} to {} {}: {}", response.status, request.method, request.path, words));
}

Outcome<json> ParseObject(const std::string& text) {
  json object = json::parse(text, nullptr, false);
  if (object.is_discarded()) {
    return Error(ErrorKind::kTransport, "the Kubernetes API's answer is not JSON").Detail(text.substr(0, 300));
  }
  return object;
}

Outcome<json> KubeApi::SendJson(const KubeRequest& request, Deadline deadline) {
  const auto doing = [&] { return fmt::format("asking the Kubernetes API: {} {}", request.method, request.path); };
  E2E_TRY(const KubeResponse response, transport_.Send(request, deadline), doing());
  if (response.date) server_time_ = response.date;
  if (response.status < 200 || response.status > 299) return RefusalOf(request, response);
  E2E_TRY(json object, ParseObject(response.body), doing());
  return object;
}

Outcome<json> KubeApi::Get(const std::string& path, Deadline deadline) {
  return SendJson({.path = path}, deadline);
}

Outcome<std::optional<json>> KubeApi::Find(const std::string& path, Deadline deadline) {
  const KubeRequest request{.path = path};
  E2E_TRY(const KubeResponse response, transport_.Send(request, deadline), "asking the Kubernetes API for " + path);
  if (response.status == 404) return std::optional<json>();
  if (response.status != 200) return RefusalOf(request, response);
  E2E_TRY(json object, ParseObject(response.body), "asking the Kubernetes API for " + path);
  return std::optional<json>(std::move(object));
}

Outcome<std::vector<json>> KubeApi::List(const ListQuery& query, Deadline deadline) {
  E2E_TRY(const json list, SendJson({.path = ListPath(query)}, deadline), "listing " + query.path);
  if (!IsList(list)) return Error(ErrorKind::kTransport, "the Kubernetes API's answer is not a list: " + query.path);
  return ItemsOf(list);
}

Outcome<json> KubeApi::Post(const std::string& path, const json& body, Deadline deadline) {
  return SendJson({.method = "POST", .path = path, .body = body.dump(), .content_type = "application/json"}, deadline);
}

Outcome<json> KubeApi::Patch(const std::string& path, PatchType type, const json& patch, Deadline deadline) {
  return SendJson(
      {.method = "PATCH", .path = path, .body = patch.dump(), .content_type = std::string(ContentType(type))},
      deadline);
}

Outcome<json> KubeApi::ApplyDryRun(const std::string& path, const std::string& yaml, Deadline deadline) {
  return SendJson({.method = "PATCH",
                   .path = PathWithQuery(path, {{"dryRun", "All"}, {"fieldManager", "stalwart-e2e"}}),
                   .body = yaml,
                   .content_type = "application/apply-patch+yaml"},
                  deadline);
}

Outcome<json> KubeApi::Apply(const std::string& path, const std::string& yaml, Deadline deadline) {
  return SendJson({.method = "PATCH",
                   .path = PathWithQuery(path, {{"fieldManager", "stalwart-e2e"}, {"force", "true"}}),
                   .body = yaml,
                   .content_type = "application/apply-patch+yaml"},
                  deadline);
}

Status KubeApi::Delete(const std::string& path, const DeleteOptions& options, Deadline deadline) {
  json body = {{"kind", "DeleteOptions"}, {"apiVersion", "v1"}};
  if (options.grace) body["gracePeriodSeconds"] = *options.grace;
  if (!options.uid.empty()) body["preconditions"] = {{"uid", options.uid}};
  const KubeRequest request{.method = "DELETE", .path = path, .body = body.dump(), .content_type = "application/json"};
  E2E_TRY(const KubeResponse response, transport_.Send(request, deadline), "deleting " + path);
  if (response.status == 404 || (response.status >= 200 && response.status <= 299)) return {};
  return RefusalOf(request, response);
}

Outcome<std::string> KubeApi::Logs(const LogQuery& query, Deadline deadline) {
  const KubeRequest request{.path = PathWithQuery(CorePath(query.ns, "pods", query.pod) + "/log",
                                                  {{"container", query.container},
                                                   {"previous", query.previous ? "true" : ""},
                                                   {"tailLines", query.tail ? std::to_string(*query.tail) : ""}})};
  E2E_TRY(KubeResponse response, transport_.Send(request, deadline), "reading the log of pod " + query.pod);
  if (response.status != 200) return RefusalOf(request, response);
  return std::move(response.body);
}

Status KubeApi::WatchUntil(const ListQuery& query, std::string_view what, Deadline deadline, const WaitOptions& options,
                           const std::function<Outcome<Probe>(const std::vector<json>&)>& on_change) {
  return KubeWatch(transport_, clock_, query, what, deadline, options, on_change).Run();
}

}  // namespace e2e
