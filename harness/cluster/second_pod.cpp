#include "cluster/second_pod.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "cluster/explain.h"
#include "cluster/fault_target.h"

namespace e2e {
namespace {

using nlohmann::json;

// For taking the second pod away, also when the step's own time is over.
constexpr Duration kWayBack{60'000};

class Second {
 public:
  Second(const FaultTarget& target, Pod first) : target_(target), first_(std::move(first)) {}

  Outcome<SecondPod> AwaitEnd(Deadline deadline) {
    SecondPod receipt{.first = first_.name, .second = "", .second_uid = "", .ended = ""};
    const auto ended = [&](const std::vector<json>& objects) -> Outcome<Probe> {
      const std::vector<Pod> pods = PodsFrom(objects);
      E2E_CHECK(FirstGoesOn(pods), "with a second pod");
      const auto second = std::find_if(pods.begin(), pods.end(),
                                       [&](const Pod& pod) { return pod.uid != first_.uid && !pod.deleting; });
      if (second == pods.end()) return Probe::Pending("there is no second pod");
      if (second->ready) {
        return Error(ErrorKind::kExpectation,
                     fmt::format("pod {} serves from the volume that pod {} serves from", second->name, first_.name));
      }
      receipt = {first_.name, second->name, second->uid, HowItEnded(*second)};
      return receipt.ended.empty() ? Probe::Pending(ExplainPod(*second)) : Probe::Ready();
    };
    E2E_CHECK(target_.api.WatchUntil(PodsOf(target_), "the end of a second server", deadline, {}, ended),
              "with a second pod");
    return receipt;
  }

  Status AwaitAlone(KubeApi& api, Deadline deadline) const {
    const auto alone = [&](const std::vector<json>& objects) -> Outcome<Probe> {
      const std::vector<Pod> pods = PodsFrom(objects);
      E2E_CHECK(FirstGoesOn(pods), "without the second pod");
      return pods.size() == 1 ? Probe::Ready() : Probe::Pending("the second pod is still there");
    };
    return api.WatchUntil(PodsOf(target_), "the first pod alone", deadline, {}, alone);
  }

 private:
  Status FirstGoesOn(const std::vector<Pod>& pods) const {
    for (const Pod& pod : pods) {
      if (pod.uid == first_.uid && !pod.deleting && pod.container.id == first_.container.id) return {};
    }
    return Error(ErrorKind::kExpectation,
                 fmt::format("container {:.12} of pod {}, which had the volume first, does not go on",
                             first_.container.id, first_.name));
  }

  const FaultTarget& target_;
  const Pod first_;
};

}  // namespace

Outcome<SecondPod> AddSecondPod(const FaultTarget& target, const std::string& deployment, Deadline deadline) {
  const std::string fault = "the second pod of deployment " + deployment;
  E2E_TRY(Pod first, TheOneRunningPod(target, deadline), "adding a second pod");
  Second second(target, std::move(first));
  const auto scaled = SetReplicas(target.api, target.ns, deployment, 2, deadline);
  Outcome<SecondPod> receipt = scaled ? second.AwaitEnd(deadline) : Outcome<SecondPod>(scaled.error());
  KubeApi& calm = target.undo != nullptr ? *target.undo : target.api;
  const Deadline way_back = Deadline::In(target.api.clock(), kWayBack);
  const auto scaled_back = SetReplicas(calm, target.ns, deployment, 1, way_back);
  Status back = scaled_back ? Status() : Status(scaled_back.error());
  if (!receipt) {
    if (receipt.error().kind() == ErrorKind::kExpectation) return receipt;
    return WithoutReceipt(receipt.error(), fault);
  }
  if (back) back = second.AwaitAlone(calm, way_back);
  if (!back) return std::move(back).error().While("taking the second pod away");
  return receipt;
}

std::string SecondPod::Text() const {
  return fmt::format("beside pod {} a second pod {} (uid {}) was never ready, its {}", first, second, second_uid,
                     ended);
}

}  // namespace e2e
