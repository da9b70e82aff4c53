#include "cluster/kube_watch.h"

#include <fmt/format.h>

#include <optional>

#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

// A watch that an API server no longer serves may stay open in silence; it is begun anew after this time.
constexpr Duration kLongestWatch{20'000};
constexpr int kGone = 410;
// More often than this no API server is asked by one wait, whatever its options say.
constexpr Duration kShortestInterval{1'000};
// A list that comes in drops is given up and asked for anew.
constexpr Duration kLongestList{10'000};
// Objects have at most 1.5 MiB (etcd's limit on a request); what goes on for longer is no event.
constexpr std::size_t kLongestLine = std::size_t{8} * 1024 * 1024;

std::string KeyOf(const json& object) {
  return TextAt(object, "/metadata/namespace") + "/" + TextAt(object, "/metadata/name");
}

// Answers that a server gives while it starts or is busy, and that say nothing about the query.
bool PassesByItself(int status) {
  return status == 401 || status == 403 || status == 429 || status >= 500;
}

}  // namespace

std::string ListPath(const ListQuery& query) {
  return PathWithQuery(query.path, {{"labelSelector", query.label_selector}, {"fieldSelector", query.field_selector}});
}

bool IsList(const json& object) {
  const json& items = JsonAt(object, "/items");
  return items.is_array() || (items.is_null() && TextAt(object, "/kind").ends_with("List"));
}

std::vector<json> ItemsOf(const json& list) {
  std::vector<json> items;
  std::string kind = TextAt(list, "/kind");
  if (kind.ends_with("List")) kind.resize(kind.size() - 4);
  for (const json& item : ListAt(list, "/items")) {
    if (!item.is_object()) continue;
    json& object = items.emplace_back(item);
    if (!object.contains("kind")) object["kind"] = kind;
    if (!object.contains("apiVersion")) object["apiVersion"] = TextAt(list, "/apiVersion");
  }
  return items;
}

Status KubeWatch::Run() {
  Step step = Step::kListAgain;
  while (true) {
    E2E_TRY(const bool due, AwaitTurn(), fmt::format("waiting for {}", what_));
    if (!due) return TimedOutError();
    const bool last = deadline_.Passed(clock_);
    E2E_TRY(step, step == Step::kWatch && !last ? Watch() : List(), fmt::format("waiting for {}", what_));
    if (step == Step::kReady) return {};
    if (last) return TimedOutError();
  }
}

Outcome<bool> KubeWatch::AwaitTurn() {
  const TimePoint due = std::max(held_until_, paid_until_ - Interval());
  // The last look is held back like any other; half of its time is left for the answer.
  const bool in_time = due <= end_ - kLastLook / 2;
  const TimePoint until = in_time ? due : deadline_.at();
  if (clock_.Now() < until && !clock_.SleepUntil(until)) {
    return Error(ErrorKind::kInterrupted, fmt::format("interrupted while waiting for {}: {}", what_, reasons_.Last()));
  }
  if (!in_time) return false;
  asked_ = clock_.Now();
  paid_until_ = std::max(asked_, paid_until_) + Interval();
  ++requests_;
  return true;
}

Outcome<KubeWatch::Step> KubeWatch::List() {
  const KubeRequest request{.path = ListPath(query_)};
  const Deadline limit = Deadline::Min(Deadline(end_), Deadline::In(clock_, kLongestList));
  auto response = transport_.Send(request, limit);
  if (!response) return Away(response.error());
  if (response->status != 200) {
    const Error refusal = RefusalOf(request, *response);
    if (PassesByItself(response->status)) return Away(refusal, response->retry_after);
    return refusal;
  }
  auto list = ParseObject(response->body);
  if (!list) return Away(list.error());
  const std::string version = TextAt(*list, "/metadata/resourceVersion");
  if (!IsList(*list) || version.empty()) return Away(Error(ErrorKind::kTransport, "its answer is not a list"));
  version_ = version;
  objects_.clear();
  for (json& item : ItemsOf(*list)) {
    std::string key = KeyOf(item);
    objects_[std::move(key)] = std::move(item);
  }
  return Evaluate();
}

Outcome<KubeWatch::Step> KubeWatch::Watch() {
  const Duration span = std::min(kLongestWatch, deadline_.Left(clock_));
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(span).count();
  const KubeRequest request{.path = PathWithQuery(query_.path, {{"labelSelector", query_.label_selector},
                                                                {"fieldSelector", query_.field_selector},
                                                                {"watch", "1"},
                                                                {"allowWatchBookmarks", "true"},
                                                                {"timeoutSeconds", std::to_string(seconds)},
                                                                {"resourceVersion", version_}})};
  Outcome<Step> step = Step::kWatch;
  std::string rest;  // of a line that is not yet whole
  const auto on_data = [&](std::string_view data) {
    rest.append(data);
    for (std::size_t end; step && *step == Step::kWatch && (end = rest.find('\n')) != std::string::npos;) {
      const auto event = ParseObject(rest.substr(0, end));
      rest.erase(0, end + 1);
      step = event ? Apply(*event) : Outcome<Step>(Step::kListAgain);
    }
    if (step && *step == Step::kWatch && rest.size() > kLongestLine) step = Step::kListAgain;
    return step && *step == Step::kWatch;
  };
  const auto response = transport_.Stream(request, Deadline::In(clock_, span), on_data);
  if (!step || *step != Step::kWatch) return step;
  // At its time's end the watch is taken up where it was; half a line that was left over comes again. Time itself may
  // have changed what is thought of the objects.
  if (response && response->status == 200) return Evaluate();
  if (!response && response.error().kind() == ErrorKind::kTimeout) return Evaluate();
  // However else it ended, the list is the one sure way to know what was missed, and it tells whether the query itself
  // is refused: what a watch is refused for may be its version.
  if (!response) return Away(response.error());
  if (response->status == kGone) return Step::kListAgain;
  return Away(RefusalOf(request, *response), response->retry_after);
}

Outcome<KubeWatch::Step> KubeWatch::Apply(const json& event) {
  const std::string type = TextAt(event, "/type");
  const json& object = JsonAt(event, "/object");
  const std::string version = TextAt(object, "/metadata/resourceVersion");
  if (type == "ERROR") {
    HoldBack(clock_.Now() + std::chrono::seconds(IntAt(object, "/details/retryAfterSeconds")));
    return Step::kListAgain;
  }
  // Without a version there is no telling where to go on from.
  if (version.empty()) return Step::kListAgain;
  if (type == "BOOKMARK") {
    version_ = version;
    return Step::kWatch;
  }
  const bool deleted = type == "DELETED";
  if (TextAt(object, "/metadata/name").empty() || !(deleted || type == "ADDED" || type == "MODIFIED"))
    return Step::kListAgain;
  version_ = version;
  if (deleted) {
    objects_.erase(KeyOf(object));
  } else {
    objects_[KeyOf(object)] = object;
  }
  return Evaluate();
}

Outcome<KubeWatch::Step> KubeWatch::Evaluate() {
  std::vector<json> objects;
  for (const auto& [key, object] : objects_) objects.push_back(object);
  E2E_TRY(const Probe seen, on_change_(objects),
          fmt::format("looking at {} objects of {}", objects.size(), query_.path));
  if (seen.ready()) return Step::kReady;
  Pending(seen);
  return Step::kWatch;
}

Outcome<KubeWatch::Step> KubeWatch::Away(const Error& error, Duration retry_after) {
  if (error.kind() == ErrorKind::kInterrupted) return error;
  HoldBack(clock_.Now() + retry_after);
  HoldBack(asked_ + Interval());
  Pending(Probe::Pending(fmt::format("the Kubernetes API does not answer: {}", error.message())));
  return Step::kListAgain;
}

void KubeWatch::HoldBack(TimePoint until) {
  held_until_ = std::max(held_until_, until);
}

Duration KubeWatch::Interval() const {
  return std::max(options_.interval, kShortestInterval);
}

void KubeWatch::Pending(const Probe& pending) {
  notice_.Pending(pending.reason());
  if (reasons_.Add(Elapsed(), pending) && options_.on_reason) options_.on_reason(Elapsed(), pending.reason());
}

Error KubeWatch::TimedOutError() const {
  const auto limit = std::chrono::duration_cast<Duration>(deadline_.at() - start_);
  return reasons_.TimedOut(what_, Elapsed(), limit, fmt::format("{} requests", requests_));
}

}  // namespace e2e
