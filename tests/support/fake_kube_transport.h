// FakeKubeTransport: plays a script of requests to the Kubernetes API and their answers, in order.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cluster/kube_transport.h"

namespace e2e {

// Fails the test on a request that the script doesn't have next, and on a script that was not used up.
class FakeKubeTransport : public KubeTransport {
 public:
  ~FakeKubeTransport() override;

  // `pattern` is matched against "METHOD path?query", with * and ?.
  FakeKubeTransport& Expect(std::string pattern, int status, std::string body);
  FakeKubeTransport& Expect(std::string pattern, KubeResponse response);
  FakeKubeTransport& Expect(std::string pattern, Error error);
  // A stream that gives `chunks` and then ends in order, or with the error.
  FakeKubeTransport& ExpectWatch(std::string pattern, std::vector<std::string> chunks,
                                 std::optional<Error> end = std::nullopt);
  // Runs `action` when the request before it comes.
  FakeKubeTransport& Doing(std::function<void()> action);

  Outcome<KubeResponse> Send(const KubeRequest& request, Deadline deadline) override;
  Outcome<KubeResponse> Stream(const KubeRequest& request, Deadline deadline,
                               const std::function<bool(std::string_view)>& on_data) override;

  // The requests that came, in order.
  std::vector<KubeRequest> requests;

 private:
  struct Scripted {
    std::string pattern;
    Outcome<KubeResponse> response;
    std::vector<std::string> chunks;
    std::function<void()> action;
  };
  std::optional<Scripted> Next(const KubeRequest& request);

  std::deque<Scripted> script_;
};

}  // namespace e2e
