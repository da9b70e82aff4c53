// Waits, views and explanations against an API server that answers with anything. Each line that begins with '@' ends
// one answer; the answers are given in turn, over and over.
#include <cstdint>

#include "base/text.h"
#include "cluster/explain.h"
#include "cluster/kube_api.h"
#include "fuzz/support/demand.h"
#include "support/fake_clock.h"

namespace e2e {
namespace {

class AnyServer : public KubeTransport {
 public:
  AnyServer(std::string_view text, Clock& clock) : clock_(clock) {
    answers_.emplace_back();
    for (std::string_view line : Split(text, '\n')) {
      if (line.starts_with('@')) {
        answers_.emplace_back();
      } else {
        answers_.back() += std::string(line) + "\n";
      }
    }
  }
  Outcome<KubeResponse> Send(const KubeRequest&, Deadline) override {
    return KubeResponse{.status = 200, .body = Next()};
  }
  Outcome<KubeResponse> Stream(const KubeRequest&, Deadline,
                               const std::function<bool(std::string_view)>& on_data) override {
    const std::string text = Next();
    clock_.SleepUntil(clock_.Now() + std::chrono::seconds(1));
    for (std::size_t at = 0; at < text.size(); at += kChunk) {
      if (!on_data(std::string_view(text).substr(at, kChunk))) break;
    }
    return KubeResponse{.status = 200};
  }
  int requests = 0;

 private:
  const std::string& Next() { return answers_[static_cast<std::size_t>(requests++) % answers_.size()]; }

  static constexpr std::size_t kChunk = 37;
  Clock& clock_;
  std::vector<std::string> answers_;
};

Outcome<Probe> Gone(const std::vector<nlohmann::json>& objects) {
  return objects.empty() ? Probe::Ready() : Probe::Pending("there are some");
}

}  // namespace
}  // namespace e2e

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace e2e;
  constexpr std::chrono::seconds kLimit(5);
  FakeClock clock;
  AnyServer server({reinterpret_cast<const char*>(data), size}, clock);
  KubeApi api(server, clock);
  (void)api.WatchUntil({.path = "/pods"}, "no pod", Deadline::In(clock, kLimit), {}, Gone);
  Demand(clock.Elapsed() <= kLimit + std::chrono::seconds(2), "no wait outlives its deadline");
  Demand(server.requests <= 9, "no wait asks more than once a second");
  Demand(!Explain(api, "mail", Deadline::In(clock, kLimit)).empty(), "an explanation says something");
  return 0;
}
