#include "steps/usable.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/text.h"
#include "base/wait.h"
#include "cluster/explain.h"
#include "cluster/hope.h"
#include "steps/greeting.h"
#include "steps/mail_sessions.h"
#include "steps/provisioning.h"

namespace e2e {
namespace {

constexpr Duration kPerRequest{10'000};
// By then the mail ports are there, and what hangs here costs kBetweenHttp.
constexpr Duration kHttpsGreeting{2'000};
constexpr Duration kLastLook{2'000};
constexpr Duration kSecond{1'000};
// Three requests each time: together with the kubelet's probes that stays below 100 a minute, at which Stalwart
// answers 429 to everyone behind the node's address.
constexpr Duration kBetweenHttp{4'000};
// A login that is refused for so long will not be accepted later: the accounts are gone.
constexpr Duration kLoginPatience{20'000};

// Why `pods`, none of which is being deleted, are not one that is ready.
std::string NotOneReady(const std::vector<Pod>& pods) {
  if (pods.empty()) return "there is no pod";
  std::vector<std::string> texts;
  for (const Pod& pod : pods) texts.push_back(ExplainPod(pod));
  return (pods.size() > 1 ? fmt::format("there are {} pods: ", pods.size()) : "") + Join(texts, "; ");
}

class UsableProbe {
 public:
  UsableProbe(World& world, const UsableOptions& options, Deadline deadline)
      : world_(world), options_(options), deadline_(deadline), view_(world.api, world.ns) {}

  Outcome<Probe> operator()() {
    for (const PortContract& port : kPortContracts) {
      // Mail first: it costs the server nothing, while anonymous HTTP is rationed.
      if (port.protocol == Protocol::kHttp) continue;
      auto greeting = ReadGreeting(world_, port, Limit(patience_.Next()));
      if (!greeting) {
        patience_.Failed(greeting.error(), pod_ready_);
        return NotYet(fmt::format("port {}", port.name), greeting.error());
      }
    }
    if (!http_ok_) {
      if (world_.clock.Now() < next_http_) return Probe::Pending("all mail ports greet; " + http_reason_);
      next_http_ = world_.clock.Now() + kBetweenHttp;
      if (auto http = CheckHttp(); !http) {
        http_reason_ = "HTTP: " + http.error().message();
        return NotYet("HTTP", http.error());
      }
      http_ok_ = true;
    }
    if (options_.provision && !provisioned_) {
      if (auto done = Provision(world_, Limit(kPerRequest)); !done) return NotYet("provisioning", done.error());
      provisioned_ = true;
    }
    E2E_TRY(const Probe login, CheckLogin(), "logging in");
    return login.ready() ? CheckPod() : login;
  }

 private:
  // The wait looks once more when its time is up, and that look needs time of its own.
  Deadline Limit(Duration per_try) const {
    return Deadline::Min(deadline_.Plus(kLastLook), Deadline::In(world_.clock, per_try));
  }

  Status CheckHttp() {
    E2E_TRY(const std::string https, ReadGreeting(world_, ContractOf("https"), Limit(kHttpsGreeting)),
            "checking HTTPS");
    for (const std::string path : {"/healthz/live", "/healthz/ready"}) {
      HttpRequest request;
      request.endpoint = world_.endpoints.find("http")->second;
      request.path = path;
      E2E_TRY(const HttpResponse response, world_.http.Send(request, Limit(kPerRequest)), "checking " + path);
      if (response.status != 200) {
        return Error(ErrorKind::kExpectation, fmt::format("{} says {}: {}", path, response.status, response.body));
      }
    }
    return {};
  }

  Outcome<Probe> CheckLogin() {
    auto login = LogIn(world_, "imaps", world_.accounts.front(), Limit(kPerRequest));
    if (login) return Probe::Ready();
    if (login.error().kind() != ErrorKind::kExpectation) return NotYet("login", login.error());
    if (!login_refused_since_) login_refused_since_ = world_.clock.Now();
    if (world_.clock.Now() - *login_refused_since_ > kLoginPatience) {
      return Error(ErrorKind::kExpectation,
                   fmt::format(
                       "all ports greet, but the account {} that was made before can't log in: the server does not "
                       "have its state any more (is the volume mounted where the server keeps its data?)",
                       world_.accounts.front().address))
          .Detail(login.error().message());
    }
    return NotYet("login", login.error());
  }

  // A container that was just started anew answers through the Service until the kubelet has told that it is not ready
  // yet; then its endpoint goes away. So what clients see counts only with a pod that is ready.
  Outcome<Probe> CheckPod() {
    if (world_.clock.Now() < next_pod_) return Probe::Pending(pod_reason_, code_);
    next_pod_ = next_look_ = world_.clock.Now() + kSecond;
    auto pods = Pods(world_.api, world_.ns, world_.Selector(), Limit(kPerRequest));
    if (!pods) return NotYet("state of the pod", pods.error());
    std::erase_if(*pods, [](const Pod& pod) { return pod.deleting; });
    if (pods->size() == 1 && pods->front().ready) return Probe::Ready();
    pod_reason_ = "all ports greet and a login works, but " + NotOneReady(*pods);
    code_ = ReasonName({.deployments = {}, .pods = *pods, .claims = {}});
    return Probe::Pending(pod_reason_, code_);
  }

  // The reason joins what the client saw with what the cluster knows, asked at most once a second and one thing at a
  // time.
  Outcome<Probe> NotYet(const std::string& what, const Error& error) {
    if (error.kind() == ErrorKind::kInterrupted) return error;
    if (world_.clock.Now() >= next_look_) {
      next_look_ = world_.clock.Now() + kSecond;
      if (auto seen = view_.Look(Limit(kPerRequest)); seen) {
        // Not the pods of the chart's tests.
        const Snapshot release = OfWorkload(view_.snapshot(), "Deployment", world_.release);
        // A verdict is worth its whole chain, which four more looks may bring.
        Status hopeful = hope_.Check(release, world_.clock.Now());
        if (!hopeful && view_.Complete()) return std::move(hopeful).error().While("waiting for the release");
        pod_ready_ = std::any_of(release.pods.begin(), release.pods.end(),
                                 [](const Pod& pod) { return pod.ready && !pod.deleting; });
        cause_ = Explain(release, view_.Complete());
        code_ = ReasonName(release);
      } else {
        cause_ = "the API server does not answer: " + seen.error().message();
      }
    }
    return Probe::Pending(fmt::format("{}: {} <- {}", what, error.message(), cause_), code_);
  }

  World& world_;
  const UsableOptions& options_;
  const Deadline deadline_;
  GreetingPatience patience_;
  // As far as the last look knows.
  bool pod_ready_ = false;
  bool http_ok_ = false;
  bool provisioned_ = false;
  std::string http_reason_;
  std::string pod_reason_;
  std::string cause_;
  std::string code_;
  NamespaceView view_;
  Hope hope_;
  std::optional<TimePoint> login_refused_since_;
  TimePoint next_http_{};
  TimePoint next_pod_{};
  TimePoint next_look_{};
};

// After a restart of the node the API server refuses for a few seconds what it will allow, and tells of no pod.
Status TakeBaseline(World& world, Deadline deadline) {
  const auto read = [&]() -> Outcome<Probe> {
    auto now = ReadBaseline(world, deadline);
    if (!now && now.error().kind() == ErrorKind::kInterrupted) return now.error();
    if (!now) return Probe::Pending(now.error().message());
    if (now->pod_uid.empty()) return Probe::Pending("the API knows of no pod");
    world.baseline = std::move(*now);
    return Probe::Ready();
  };
  return WaitUntil(world.clock, "state of pod and claim", deadline, {.interval = kSecond}, read);
}

}  // namespace

Status WaitUntilUsable(World& world, const UsableOptions& options, Deadline deadline) {
  WaitOptions wait{.interval = Duration(200)};
  wait.on_reason = [&](Duration after, const std::string& reason) {
    world.log.Debug(fmt::format("not usable after {}: {}", Text(after), reason));
  };
  const std::string what =
      options.because.empty() ? "usable release" : fmt::format("usable release after {}", options.because);
  UsableProbe probe(world, options, deadline);
  E2E_CHECK(WaitUntil(world.clock, what, deadline, wait, [&probe] { return probe(); }), "wait.usable");
  return TakeBaseline(world, deadline);
}

Outcome<Baseline> ReadBaseline(World& world, Deadline deadline) {
  Baseline baseline;
  E2E_TRY(const auto claim, world.api.Find(CorePath(world.ns, "persistentvolumeclaims", world.release), deadline),
          "reading the claim");
  if (claim) {
    const Claim typed = ClaimFrom(*claim);
    baseline.claim_uid = typed.uid;
    baseline.volume = typed.volume;
  }
  E2E_TRY(const std::vector<Pod> pods, Pods(world.api, world.ns, world.Selector(), deadline), "reading the pod");
  for (const Pod& pod : pods) {
    if (pod.deleting) continue;
    baseline.pod_uid = pod.uid;
    baseline.container_id = pod.container.id;
    baseline.restarts = pod.container.restart_count;
  }
  return baseline;
}

}  // namespace e2e
