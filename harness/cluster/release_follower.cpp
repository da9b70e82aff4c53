#include "cluster/release_follower.h"

#include <nlohmann/json.hpp>

#include <map>
#include <utility>

#include "cluster/events.h"
#include "cluster/fault_target.h"
#include "cluster/json_access.h"
#include "cluster/kube_transport.h"

namespace e2e {
namespace {

using nlohmann::json;

// Long enough for every scenario; its end is the interrupt.
constexpr Duration kForever{24LL * 3600 * 1000};

std::string StateOf(const Container& container) {
  if (!container.waiting_reason.empty()) return container.waiting_reason;
  if (!container.started_at.empty()) return "running";
  return container.last_terminated ? "ended: " + container.last_terminated->reason : "";
}

json Told(const Pod& pod) {
  return {{"pod", pod.name},          {"phase", pod.phase},
          {"ready", pod.ready},       {"restarts", pod.container.restart_count},
          {"deleting", pod.deleting}, {"state", StateOf(pod.container)}};
}

}  // namespace

std::function<void(const std::vector<json>&)> TellPods(EventSink& events) {
  return [&events, known = std::map<std::string, json>()](const std::vector<json>& objects) mutable {
    std::map<std::string, json> now;
    for (const Pod& pod : PodsFrom(objects)) {
      json told = Told(pod);
      if (const auto at = known.find(pod.uid); at == known.end() || at->second != told) events.Tell("pod", told);
      now.emplace(pod.uid, std::move(told));
    }
    for (const auto& [uid, told] : known) {
      if (!now.contains(uid)) events.Tell("pod.gone", {{"pod", told.at("pod")}});
    }
    known = std::move(now);
  };
}

std::function<void(const std::vector<json>&)> TellKubeEvents(EventSink& events) {
  return [&events, known = std::map<std::string, int>()](const std::vector<json>& objects) mutable {
    for (const json& object : objects) {
      const Event event = EventFrom(object);
      int& count = known[TextAt(object, "/metadata/uid")];
      if (std::exchange(count, event.count) == event.count) continue;
      const std::string::size_type end = event.message.find(" probe ");
      if (event.reason == "Unhealthy" && end != std::string::npos) {
        events.Tell("probe", {{"pod", event.name},
                              {"probe", event.message.substr(0, end)},
                              {"message", event.message},
                              {"count", event.count}});
      } else {
        events.Tell("kube.event", {{"kind", event.kind},
                                   {"name", event.name},
                                   {"reason", event.reason},
                                   {"message", event.message},
                                   {"warning", event.warning},
                                   {"count", event.count}});
      }
    }
  };
}

ReleaseFollower::ReleaseFollower(Kubeconfig kubeconfig, std::string ns, std::string selector, EventSink& events)
    : kubeconfig_(std::move(kubeconfig)) {
  const ListQuery pods{.path = CorePath(ns, "pods"), .label_selector = std::move(selector)};
  const ListQuery all{.path = CorePath(ns, "events")};
  pods_ = std::thread([this, pods, &events] { Follow(pods, TellPods(events)); });
  events_ = std::thread([this, all, &events] { Follow(all, TellKubeEvents(events)); });
}

ReleaseFollower::~ReleaseFollower() {
  interrupt_.Request();
  pods_.join();
  events_.join();
}

void ReleaseFollower::Follow(const ListQuery& query, const Look& look) {
  HttpKubeTransport transport(clock_, interrupt_, kubeconfig_);
  KubeApi api(transport, clock_);
  const auto pending = [&look](const std::vector<json>& objects) -> Outcome<Probe> {
    look(objects);
    return Probe::Pending("the follower runs");
  };
  // It ends by the interrupt. What the API server refuses for good is not told: the scenario's own calls will fail,
  // too.
  [[maybe_unused]] const Status ended =
      api.WatchUntil(query, "the end of the scenario", Deadline::In(clock_, kForever), {}, pending);
}

}  // namespace e2e
