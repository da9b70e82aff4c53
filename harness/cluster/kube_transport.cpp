#include "cluster/kube_transport.h"

#include <ctime>

#include "base/text.h"

namespace e2e {
namespace {

// "Tue, 24 Nov 2026 23:12:59 GMT" (RFC 9110, 5.6.7).
std::optional<WallTime> ParseHttpDate(const std::string& text) {
  std::tm utc{};
  const char* rest = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  return std::chrono::system_clock::from_time_t(timegm(&utc));
}

std::string HeaderOf(const HttpResponse& response, const std::string& name) {
  const auto header = response.headers.find(name);
  return header == response.headers.end() ? "" : header->second;
}

KubeResponse ResponseOf(const HttpResponse& response, std::string body) {
  KubeResponse out{.status = response.status, .body = std::move(body)};
  out.date = ParseHttpDate(HeaderOf(response, "date"));
  const std::string retry = HeaderOf(response, "retry-after");
  if (const auto seconds = ParseInt(retry); seconds && *seconds > 0 && *seconds < 86'400) {
    out.retry_after = std::chrono::seconds(*seconds);
  } else if (const auto at = ParseHttpDate(retry); at && out.date && *at > *out.date) {
    out.retry_after = std::chrono::duration_cast<Duration>(*at - *out.date);
  }
  return out;
}

}  // namespace

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
  auto response = (streaming_ ? during_stream_ : client_).Send(ToHttp(request), deadline);
  if (!response) return std::move(response).error();
  return ResponseOf(*response, std::move(response->body));
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
  streaming_ = true;
  const auto end = client_.Stream(ToHttp(request), deadline, take, &head);
  streaming_ = false;
  if (!end) return end.error();
  if (*end == StreamEnd::kDeadline && head.status == 200) {
    return Error(ErrorKind::kTimeout, "the stream of " + request.path + " outlived its deadline");
  }
  return ResponseOf(head, std::move(refusal));
}

}  // namespace e2e
