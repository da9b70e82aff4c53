#include "cluster/kube_transport.h"

namespace e2e {

HttpRequest HttpKubeTransport::ToHttp(const KubeRequest& request) const {
  HttpRequest http;
  http.method = request.method;
  http.scheme = "https";
  http.endpoint = config_.server;
  http.path = request.path;
  http.headers = {{"Accept", "application/json"}};
  http.body = request.body;
  http.content_type = request.content_type;
  http.trust.ca_pem = config_.ca_pem;
  http.client = config_.client;
  return http;
}

Outcome<KubeResponse> HttpKubeTransport::Send(const KubeRequest& request, Deadline deadline) {
  auto response = sender_.Send(ToHttp(request), deadline);
  if (!response) return std::move(response).error();
  return KubeResponse{response->status, std::move(response->body)};
}

Outcome<KubeResponse> HttpKubeTransport::Stream(const KubeRequest& request, Deadline deadline,
                                                const std::function<bool(std::string_view)>& on_data) {
  HttpResponse head;
  std::string refusal;
  const auto take = [&](std::string_view chunk) {
    if (head.status == 200) return on_data(chunk);
    refusal.append(chunk);
    return true;
  };
  const auto end = streamer_.Stream(ToHttp(request), deadline, take, &head);
  if (!end) return end.error();
  if (*end == StreamEnd::kDeadline && head.status == 200) {
    return Error(ErrorKind::kTimeout, "the stream of " + request.path + " outlived its deadline");
  }
  return KubeResponse{head.status, std::move(refusal)};
}

}  // namespace e2e
