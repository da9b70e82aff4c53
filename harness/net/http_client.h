// HttpClient: HTTP/1.1 requests to a dialled endpoint. Any status is an answer; only transport problems are errors.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/outcome.h"
#include "net/endpoint.h"

namespace e2e {

struct HttpRequest {
  std::string method = "GET";
  std::string scheme = "http";
  Endpoint endpoint;
  // Encoded, with the query.
  std::string path = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string content_type;
  std::optional<Credentials> basic;
  TlsTrust trust;
  std::optional<ClientCertificate> client;

  // "GET https://mail.example.org:8443/path at 127.0.0.1:8443", without secrets.
  std::string Text() const;
};

struct HttpResponse {
  int status = 0;
  // Lower-case names; repeated ones are joined by ", ".
  std::map<std::string, std::string> headers;
  std::string body;
  Duration elapsed{0};
};

// How an answer that was read as a stream came to its end.
enum class StreamEnd { kStopped, kServerClosed, kDeadline };

// Keeps connections open for the next request to the same place. A request of a method that is not idempotent
// (RFC 9110 section 9.2.2) gets a new connection, because libcurl silently repeats what a dying idle connection
// swallowed. No redirects, no cookies, no proxy, no content decoding. Move-only.
// Errors: kTransport (refused, closed before or within the answer, TLS failed), kTimeout, kInterrupted.
// `clock` and `interrupt` must outlive it. Thread rule: one thread, and no call from within `on_data`.
class HttpClient {
 public:
  HttpClient(Clock& clock, const Interrupt& interrupt);
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  // The whole answer; its body may have 256 MiB.
  Outcome<HttpResponse> Send(const HttpRequest& request, Deadline deadline);

  // The answer's body piece by piece, as for a watch; false from `on_data` ends it (kStopped). kServerClosed is the
  // orderly end of the body, a connection lost within it is kTransport. The deadline is an end like others once the
  // status has come, and kTimeout before. `head`, when given, has status and headers before the first piece comes;
  // its body stays empty.
  Outcome<StreamEnd> Stream(const HttpRequest& request, Deadline deadline,
                            const std::function<bool(std::string_view chunk)>& on_data, HttpResponse* head = nullptr);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace e2e
