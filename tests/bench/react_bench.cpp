// react-bench KUBECONFIG NAMESPACE WAITS ROUNDS: how soon waits notice what happened, for tests/bench-react. WAITS
// waits of the harness, each on a ConfigMap of its own, are begun; then the ConfigMaps are changed, one after another
// in one round and all at once in the next. Prints one line of JSON: what each reaction took, from the request for the
// change (which holds the API server's own time) and from its answer, and what the waits asked of the API server.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "base/interrupt.h"
#include "cluster/json_access.h"
#include "cluster/kube_api.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr Duration kLongest{120'000};
// Changes in a row are this far apart, so that no reaction disturbs another one.
constexpr Duration kApart{40};

[[noreturn]] void Fail(const std::string& why) {
  std::fprintf(stderr, "react-bench: %s\n", why.c_str());
  std::exit(1);
}

void Must(const Status& status) {
  if (!status) Fail(status.error().Render());
}
template <typename T>
void Must(const Outcome<T>& outcome) {
  if (!outcome) Fail(outcome.error().Render());
}

class CountingTransport : public KubeTransport {
 public:
  explicit CountingTransport(KubeTransport& next) : next_(next) {}
  Outcome<KubeResponse> Send(const KubeRequest& request, Deadline deadline) override {
    ++requests;
    return next_.Send(request, deadline);
  }
  Outcome<KubeResponse> Stream(const KubeRequest& request, Deadline deadline,
                               const std::function<bool(std::string_view)>& on_data) override {
    ++requests;
    return next_.Stream(request, deadline, on_data);
  }
  std::atomic<int> requests{0};

 private:
  KubeTransport& next_;
};

// A connection of its own.
struct Client {
  Client(const Kubeconfig& config, const Interrupt& interrupt) : clock(interrupt), http(clock, interrupt, config) {}
  SystemClock clock;
  HttpKubeTransport http;
  CountingTransport counted{http};
  KubeApi api{counted, clock};
};

struct Bench {
  Kubeconfig config;
  std::string ns;
  int waits = 0;
  Interrupt interrupt{};

  std::string Path(int number) const { return CorePath(ns, "configmaps", Name(number)); }
  static std::string Name(int number) { return fmt::format("react-{}", number); }
};

struct Reaction {
  TimePoint begun, sent, answered, seen;
  int requests = 0;
};

void Await(const Bench& bench, int number, int round, std::atomic<int>& watching, Reaction& reaction) {
  Client client(bench.config, bench.interrupt);
  reaction.begun = client.clock.Now();
  bool told = false;
  const ListQuery query{.path = CorePath(bench.ns, "configmaps"),
                        .field_selector = "metadata.name=" + Bench::Name(number)};
  const auto changed = [&](const std::vector<json>& objects) -> Outcome<Probe> {
    if (!std::exchange(told, true)) ++watching;
    const bool now = !objects.empty() && TextAt(objects.front(), "/data/round") == std::to_string(round);
    return now ? Probe::Ready() : Probe::Pending("not yet changed");
  };
  Must(client.api.WatchUntil(query, "the change", Deadline::In(client.clock, kLongest), {}, changed));
  reaction.seen = client.clock.Now();
  reaction.requests = client.counted.requests;
}

void Change(const Bench& bench, Client& client, int number, int round, Reaction& reaction) {
  reaction.sent = client.clock.Now();
  Must(client.api.Patch(bench.Path(number), PatchType::kMerge, {{"data", {{"round", std::to_string(round)}}}},
                        Deadline::In(client.clock, kLongest)));
  reaction.answered = client.clock.Now();
}

double Milliseconds(TimePoint from, TimePoint to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

// `after`: how long after the last wait has begun the first change comes.
json Round(const Bench& bench, int round, bool at_once, Duration after) {
  std::vector<Reaction> reactions(static_cast<std::size_t>(bench.waits));
  std::atomic<int> watching{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < bench.waits; ++i) {
    threads.emplace_back([&, i] { Await(bench, i, round, watching, reactions[static_cast<std::size_t>(i)]); });
  }
  Client client(bench.config, bench.interrupt);
  Must(WaitUntil(client.clock, "the waits", Deadline::In(client.clock, kLongest),
                 {.interval = Duration(10), .on_reason = {}}, [&]() -> Outcome<Probe> {
                   return watching == bench.waits ? Probe::Ready() : Probe::Pending("not all have begun");
                 }));
  client.clock.SleepUntil(client.clock.Now() + after);
  std::vector<int> order(reactions.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  std::shuffle(order.begin(), order.end(), std::mt19937(static_cast<unsigned>(round)));
  for (const int number : order) {
    Change(bench, client, number, round, reactions[static_cast<std::size_t>(number)]);
    if (!at_once) client.clock.SleepUntil(client.clock.Now() + kApart);
  }
  for (std::thread& thread : threads) thread.join();
  json result = {{"at_once", at_once}, {"after_ms", after.count()}, {"reactions", json::array()}};
  for (const Reaction& one : reactions) {
    result["reactions"].push_back({{"from_request_ms", Milliseconds(one.sent, one.seen)},
                                   {"from_answer_ms", Milliseconds(one.answered, one.seen)},
                                   {"seconds", Milliseconds(one.begun, one.seen) / 1000},
                                   {"requests", one.requests}});
  }
  return result;
}

int Run(int argc, char** argv) {
  if (argc != 5) Fail("usage: react-bench KUBECONFIG NAMESPACE WAITS ROUNDS");
  auto config = Kubeconfig::Read(argv[1]);
  Must(config);
  const Bench bench{.config = *config, .ns = argv[2], .waits = std::atoi(argv[3])};
  Client client(bench.config, bench.interrupt);
  for (int i = 0; i < bench.waits; ++i) {
    const json object = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", Bench::Name(i)}}}};
    Must(client.api.Post(CorePath(bench.ns, "configmaps"), object, Deadline::In(client.clock, kLongest)));
  }
  json rounds = json::array();
  for (int round = 1; round <= std::atoi(argv[4]); ++round) {
    // Every other one begins while the waits are young, when they have just listed.
    rounds.push_back(Round(bench, round, round % 2 == 0, Duration(round % 4 < 2 ? 2'500 : 0)));
  }
  for (int i = 0; i < bench.waits; ++i) {
    Must(client.api.Delete(bench.Path(i), {}, Deadline::In(client.clock, kLongest)));
  }
  fmt::print("{}\n", json{{"waits", bench.waits}, {"rounds", rounds}}.dump());
  return 0;
}

}  // namespace
}  // namespace e2e

int main(int argc, char** argv) {
  return e2e::Run(argc, argv);
}
