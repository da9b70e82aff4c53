#include "run/soak.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <random>

namespace e2e {
namespace {

// A way to break something: its steps, each a line, up to where the release has to become usable again. One more is one
// more row. Which row a seed takes depends on their number and order: another list gives other soaks.
using Strike = std::vector<std::string>;

const std::vector<Strike>& Strikes() {
  static const std::vector<Strike> kStrikes = {
      {"fault.kill: {}"},
      {"fault.kill: {signal: TERM}"},
      {"fault.kill: {when: before-dot, ledger: struck}"},
      {"fault.kill: {when: after-dot, ledger: struck}"},
      {"fault.delete: {}"},
      {"fault.delete: {forced: true}"},
      {"fault.oom: {}"},
      {"fault.freeze: {}", "wait.restarted: {within: 150s}"},
      {"kube.scale: {replicas: 0}", "wait.gone: {}", "kube.scale: {replicas: 1}"},
      {"fault.fill: {}", "fault.free: {}"},
      {"kube.scale: {replicas: 0}", "wait.gone: {}", "fault.read-only: {}", "kube.scale: {replicas: 1}",
       "mail.denied: {ledger: struck}", "kube.scale: {replicas: 0}", "wait.gone: {}", "fault.writable: {}",
       "kube.scale: {replicas: 1}"},
      {"fault.second-pod: {}"},
      {"fault.drain: {}"},
      {"fault.api-restart: {}"},
      {"fault.kubelet-restart: {}"},
      {"fault.node-restart: {}"},
      {"fault.node-kill: {}"},
  };
  return kStrikes;
}

// One of these and its recovery, with the traffic before it.
constexpr int kSecondsForEach = 60;
constexpr int kRate = 5;
// Messages between two faults: 20 to 60 s of them.
constexpr std::uint64_t kFewest = 100, kMost = 300;

}  // namespace

std::string NameOf(const SoakPlan& plan) {
  return fmt::format("seed-{}-{}m", plan.seed, plan.minutes);
}

std::vector<SoakStrike> SoakStrikes(const SoakPlan& plan) {
  // The engine's numbers are the same everywhere; those of the distributions are not.
  std::mt19937_64 random(plan.seed);
  std::vector<SoakStrike> strikes;
  const int count = std::max(1, plan.minutes * 60 / kSecondsForEach);
  for (int i = 0; i < count; ++i) {
    const int messages = static_cast<int>(kFewest + random() % (kMost - kFewest + 1));
    strikes.push_back({messages, Strikes()[random() % Strikes().size()]});
  }
  return strikes;
}

std::string SoakText(const SoakPlan& plan) {
  std::string text = fmt::format("soak: seed {}, {} minutes: {} messages a second, and these faults:\n", plan.seed,
                                 plan.minutes, kRate);
  int number = 0;
  for (const SoakStrike& strike : SoakStrikes(plan)) {
    text += fmt::format("soak: {:3}. after {} more messages: {}\n", ++number, strike.messages,
                        fmt::join(strike.steps, ", "));
  }
  return text;
}

std::string SoakScenario(const SoakPlan& plan) {
  std::string text = fmt::format(
      "name: Nothing acknowledged is lost in {0} minutes of faults under traffic, seed {1}\n"
      "tags: [soak]\n"
      "exclusive: true\n"
      "timeout: {2}m\n"
      "install: {{volume: {{size: 512MiB}}, set: {{probes: {{readiness: {{initialDelaySeconds: 0, periodSeconds: "
      "2}}}}}}}}\n"
      "steps:\n"
      "  - server.throttles-off: {{}}\n"
      "  - mail.load: {{via: submission, count: 10, save: struck}}\n"
      "  - mail.traffic: {{via: submission, rate: {3}, count: 100000, seed: {4}, save: traffic}}\n",
      plan.minutes, plan.seed, plan.minutes * 3 + 20, kRate, plan.seed % 1'000'000);
  for (const SoakStrike& strike : SoakStrikes(plan)) {
    text += fmt::format("  - wait.traffic: {{traffic: traffic, acknowledged: {}, within: 5m}}\n", strike.messages);
    for (const std::string& step : strike.steps) text += "  - " + step + "\n";
    text += "  - wait.usable: {within: 5m, because: a fault}\n";
  }
  return text +
         "  - wait.traffic: {traffic: traffic, acknowledged: 50, within: 5m}\n"
         "  - mail.stop: {traffic: traffic}\n"
         "  - mail.verify: {ledger: traffic, lost: 0, corrupt: 0, duplicate: 0, phantom: 0, uidvalidity: same, within: "
         "15m}\n"
         "  - mail.verify: {ledger: struck, lost: 0, corrupt: 0, duplicate: 0, phantom: 0, uidvalidity: same}\n";
}

}  // namespace e2e
