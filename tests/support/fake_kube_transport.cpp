#include "support/fake_kube_transport.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace e2e {

FakeKubeTransport::~FakeKubeTransport() {
  for (const Scripted& left : script_) ADD_FAILURE() << "request expected but never made: " << left.pattern;
}

FakeKubeTransport& FakeKubeTransport::Expect(std::string pattern, int status, std::string body) {
  return Expect(std::move(pattern), KubeResponse{status, std::move(body)});
}

FakeKubeTransport& FakeKubeTransport::Expect(std::string pattern, KubeResponse response) {
  script_.push_back({std::move(pattern), std::move(response), {}, nullptr});
  return *this;
}

FakeKubeTransport& FakeKubeTransport::Expect(std::string pattern, Error error) {
  script_.push_back({std::move(pattern), std::move(error), {}, nullptr});
  return *this;
}

FakeKubeTransport& FakeKubeTransport::ExpectWatch(std::string pattern, std::vector<std::string> chunks,
                                                  std::optional<Error> end) {
  Outcome<KubeResponse> response = KubeResponse{200, ""};
  if (end) response = *end;
  script_.push_back({std::move(pattern), std::move(response), std::move(chunks), nullptr});
  return *this;
}

FakeKubeTransport& FakeKubeTransport::Doing(std::function<void()> action) {
  script_.back().action = std::move(action);
  return *this;
}

std::optional<FakeKubeTransport::Scripted> FakeKubeTransport::Next(const KubeRequest& request) {
  requests.push_back(request);
  const std::string line = request.method + " " + request.path;
  if (script_.empty() || !GlobMatch(script_.front().pattern, line)) {
    ADD_FAILURE() << "unexpected request: " << line
                  << "\n  expected next: " << (script_.empty() ? "nothing" : script_.front().pattern);
    return std::nullopt;
  }
  Scripted next = std::move(script_.front());
  script_.pop_front();
  if (next.action) next.action();
  return next;
}

Outcome<KubeResponse> FakeKubeTransport::Send(const KubeRequest& request, Deadline) {
  auto next = Next(request);
  if (!next) return Error(ErrorKind::kInternal, "unexpected request");
  return next->response;
}

Outcome<KubeResponse> FakeKubeTransport::Stream(const KubeRequest& request, Deadline,
                                                const std::function<bool(std::string_view)>& on_data) {
  auto next = Next(request);
  if (!next) return Error(ErrorKind::kInternal, "unexpected request");
  for (const std::string& chunk : next->chunks) {
    if (!on_data(chunk)) return KubeResponse{200, ""};
  }
  return next->response;
}

}  // namespace e2e
