// KubeTransport: the seam between KubeApi and the network.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/outcome.h"
#include "cluster/kubeconfig.h"
#include "net/http_client.h"

namespace e2e {

struct KubeRequest {
  std::string method = "GET";
  // With the query, percent-encoded.
  std::string path{};
  std::string body{};
  std::string content_type{};
};

struct KubeResponse {
  int status = 0;
  std::string body{};
  // How long the server asks to be left alone (RFC 9110, 10.2.3); 0 when it does not.
  Duration retry_after{0};
  // The server's own time, where it tells.
  std::optional<WallTime> date{};
};

class KubeTransport {
 public:
  virtual ~KubeTransport() = default;
  // Any status is a response. kTransport without one, kTimeout, kInterrupted.
  virtual Outcome<KubeResponse> Send(const KubeRequest& request, Deadline deadline) = 0;
  // Gives the body of a 200 to `on_data` as it comes, until the server ends it or `on_data` says false; then
  // the response's body is empty. Any other status is a response as with Send. A stream that breaks, and one
  // that outlives the deadline, is an Error as with Send.
  virtual Outcome<KubeResponse> Stream(const KubeRequest& request, Deadline deadline,
                                       const std::function<bool(std::string_view)>& on_data) = 0;
};

// The real one. `clock` and `interrupt` must outlive it. Thread rule: one thread; Send() may be called from
// within `on_data`, Stream() not.
class HttpKubeTransport : public KubeTransport {
 public:
  HttpKubeTransport(Clock& clock, const Interrupt& interrupt, Kubeconfig config)
      : client_(clock, interrupt), during_stream_(clock, interrupt), config_(std::move(config)) {}

  Outcome<KubeResponse> Send(const KubeRequest& request, Deadline deadline) override;
  Outcome<KubeResponse> Stream(const KubeRequest& request, Deadline deadline,
                               const std::function<bool(std::string_view)>& on_data) override;

 private:
  HttpRequest ToHttp(const KubeRequest& request) const;

  // A stream goes on the connection of the request before it: a watch on that of its list.
  HttpClient client_;
  // A client can't be used from within its own stream.
  HttpClient during_stream_;
  bool streaming_ = false;
  Kubeconfig config_;
};

}  // namespace e2e
