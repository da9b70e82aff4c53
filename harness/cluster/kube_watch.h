// KubeWatch: one wait on the objects of a list, kept up to date by watching it. Used through KubeApi.
#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/reason_history.h"
#include "base/wait.h"
#include "base/wait_watcher.h"
#include "cluster/kube_api.h"

namespace e2e {

// "path?name=value", percent-encoded; parameters without a value are left out.
std::string PathWithQuery(const std::string& path, const std::vector<std::pair<std::string, std::string>>& parameters);
std::string ListPath(const ListQuery& query);
// The objects of a list, each with the kind and apiVersion that a list leaves out of its items.
std::vector<nlohmann::json> ItemsOf(const nlohmann::json& list);
// What is not one says nothing about objects, and must not read as "there are none".
bool IsList(const nlohmann::json& object);
Outcome<nlohmann::json> ParseObject(const std::string& text);
Error RefusalOf(const KubeRequest& request, const KubeResponse& response);

class KubeWatch {
 public:
  using OnChange = std::function<Outcome<Probe>(const std::vector<nlohmann::json>&)>;

  KubeWatch(KubeTransport& transport, Clock& clock, const ListQuery& query, std::string_view what, Deadline deadline,
            const WaitOptions& options, const OnChange& on_change)
      : transport_(transport),
        clock_(clock),
        query_(query),
        what_(what),
        deadline_(deadline),
        options_(options),
        on_change_(on_change),
        start_(clock.Now()),
        end_(std::max(deadline.at(), start_) + kLastLook),
        notice_(what, start_, deadline.at()) {}

  Status Run();

 private:
  // Whether the wait is over, and if not, whether what is known is good enough to watch on from.
  enum class Step { kReady, kWatch, kListAgain };

  Outcome<Step> List();
  Outcome<Step> Watch();
  Outcome<Step> Apply(const nlohmann::json& event);
  Outcome<Step> Evaluate();
  Outcome<Step> Away(const Error& error, Duration retry_after = Duration(0));
  Duration Elapsed() const { return std::chrono::duration_cast<Duration>(clock_.Now() - start_); }
  // No request before then.
  void HoldBack(TimePoint until);
  Duration Interval() const;
  void Pending(const Probe& pending);
  // Holds back the next request until it is due. False when the wait's time does not last so long.
  Outcome<bool> AwaitTurn();
  Error TimedOutError() const;

  // The look after the deadline needs time of its own.
  static constexpr Duration kLastLook{2'000};

  KubeTransport& transport_;
  Clock& clock_;
  const ListQuery& query_;
  const std::string what_;
  const Deadline deadline_;
  const WaitOptions& options_;
  const OnChange& on_change_;
  const TimePoint start_;
  const TimePoint end_;
  WaitNotice notice_;

  std::map<std::string, nlohmann::json> objects_;  // by namespace/name
  std::string version_;
  // Requests are paid for until then: each for one interval, and one interval may be owed.
  TimePoint paid_until_{};
  TimePoint held_until_{};
  // When the last request was made.
  TimePoint asked_{};
  int requests_ = 0;
  ReasonHistory reasons_;
};

}  // namespace e2e
