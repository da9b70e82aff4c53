// KubeApi: the Kubernetes API as the harness uses it: objects as JSON, lists, and waits by watch.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/outcome.h"
#include "base/wait.h"
#include "cluster/kube_transport.h"

namespace e2e {

// "/api/v1/namespaces/NS/pods"; with a name, that object. An empty namespace gives objects of the cluster.
std::string CorePath(std::string_view ns, std::string_view kind, std::string_view name = "");
// The same in a group: GroupPath("apps/v1", "mail", "deployments").
std::string GroupPath(std::string_view group, std::string_view ns, std::string_view kind, std::string_view name = "");

struct ListQuery {
  std::string path;
  std::string label_selector{};
  std::string field_selector{};
};

struct LogQuery {
  std::string ns;
  std::string pod;
  std::string container{};
  // Of the container's run before this one.
  bool previous = false;
  // Default: all lines.
  std::optional<int> tail{};
};

struct DeleteOptions {
  // Seconds that the object may take to end by itself; 0 forces. Default: the object's own.
  std::optional<int> grace{};
  // Only the object with this UID. Default: whichever has the name.
  std::string uid{};
};

enum class PatchType { kMerge, kStrategic, kJson };

// Errors: kTransport when the API server can't be reached, kInfra when it answers 401, 403, 429 or 5xx,
// kExpectation for every other refusal, with the server's own message. `transport` and `clock` must outlive it.
class KubeApi {
 public:
  KubeApi(KubeTransport& transport, Clock& clock) : transport_(transport), clock_(clock) {}

  Outcome<nlohmann::json> Get(const std::string& path, Deadline deadline);
  // Nothing when there is no such object.
  Outcome<std::optional<nlohmann::json>> Find(const std::string& path, Deadline deadline);
  Outcome<std::vector<nlohmann::json>> List(const ListQuery& query, Deadline deadline);
  Outcome<nlohmann::json> Post(const std::string& path, const nlohmann::json& body, Deadline deadline);
  Outcome<nlohmann::json> Patch(const std::string& path, PatchType type, const nlohmann::json& patch,
                                Deadline deadline);
  // Server-side apply of one YAML document as a dry run (Kubernetes API concepts, "Dry-run"): defaulted, validated and
  // admitted as for real, and not kept. `path` is the object's own.
  Outcome<nlohmann::json> ApplyDryRun(const std::string& path, const std::string& yaml, Deadline deadline);
  // The same for real.
  Outcome<nlohmann::json> Apply(const std::string& path, const std::string& yaml, Deadline deadline);
  // Asks for the deletion; an object that isn't there is a success.
  Status Delete(const std::string& path, const DeleteOptions& options, Deadline deadline);
  Outcome<std::string> Logs(const LogQuery& query, Deadline deadline);

  // Calls `on_change` with all objects of the query at first and after each change, until it says ready or
  // returns an Error. Lists, then watches from there (Kubernetes API concepts, "Efficient detection of
  // changes"). A watch that ended in order is taken up where it was; however else it ended, the list is read again.
  // Goes on through an API server that is away, busy or starts anew, and believes only whole objects and lists.
  // One request in options.interval, which is at least a second; two may come at once, as a watch follows its list,
  // when the time before was quiet. What failed is tried again after the interval and the server's Retry-After. Times
  // out as WaitUntil does, two seconds after the deadline at the latest.
  Status WatchUntil(const ListQuery& query, std::string_view what, Deadline deadline, const WaitOptions& options,
                    const std::function<Outcome<Probe>(const std::vector<nlohmann::json>&)>& on_change);

  Clock& clock() { return clock_; }
  // The API server's clock when it last answered. Times of objects are compared with this and never with the harness's
  // clock, as the two may differ by any amount. Nothing before the first answer.
  std::optional<WallTime> ServerTime() const { return server_time_; }

 private:
  Outcome<nlohmann::json> SendJson(const KubeRequest& request, Deadline deadline);

  KubeTransport& transport_;
  Clock& clock_;
  std::optional<WallTime> server_time_;
};

}  // namespace e2e
