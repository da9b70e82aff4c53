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
    if (!AwaitTurn()) {
      return Error(ErrorKind::kInterrupted,
                   fmt::format("interrupted while waiting for {}: {}", what_, reasons_.Last()));
    }
    const bool last = deadline_.Passed(clock_);
    E2E_TRY(step, step == Step::kWatch && !last ? Watch() : List(), fmt::format("waiting for {}", what_));
    if (step == Step::kReady) return {};
    if (last) return TimedOutError();
  }
}

bool KubeWatch::AwaitTurn() {
  if (clock_.Now() < next_request_ && !clock_.SleepUntil(std::min(next_request_, deadline_.at()))) return false;
  next_request_ = clock_.Now() + options_.interval;
  ++requests_;
  return true;
}

Outcome<KubeWatch::Step> KubeWatch::List() {
  const KubeRequest request{.path = ListPath(query_)};
  // The look after the deadline needs a moment of its own.
  const Deadline limit =
      Deadline::In(clock_, std::max(Duration(2000), std::min(deadline_.Left(clock_), Duration(10'000))));
  auto response = transport_.Send(request, limit);
  if (!response) return Away(response.error());
  if (response->status != 200) {
    const Error refusal = RefusalOf(request, *response);
    if (PassesByItself(response->status)) return Away(refusal);
    return refusal;
  }
  auto list = ParseObject(response->body);
  if (!list) return Away(list.error());
  version_ = TextAt(*list, "/metadata/resourceVersion");
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
    return step && *step == Step::kWatch;
  };
  const auto response = transport_.Stream(request, Deadline::In(clock_, span), on_data);
  if (!step || *step == Step::kReady) return step;
  if (*step == Step::kListAgain) return step;
  // At its time's end the watch is taken up where it was. Time itself may have changed what is thought of it.
  if (response && response->status == 200) return Evaluate();
  if (!response && response.error().kind() == ErrorKind::kTimeout) return Evaluate();
  // However else it ended, the list is the one sure way to know what was missed.
  if (response && response->status == kGone) return Step::kListAgain;
  if (response && !PassesByItself(response->status)) return RefusalOf(request, *response);
  return Away(response ? RefusalOf(request, *response) : response.error());
}

Outcome<KubeWatch::Step> KubeWatch::Apply(const json& event) {
  const std::string type = TextAt(event, "/type");
  const json& object = JsonAt(event, "/object");
  if (type == "ERROR" || !object.is_object()) return Step::kListAgain;
  version_ = TextAt(object, "/metadata/resourceVersion");
  if (type == "BOOKMARK") return Step::kWatch;
  if (type == "DELETED") {
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
  Pending(seen.reason());
  return Step::kWatch;
}

Outcome<KubeWatch::Step> KubeWatch::Away(const Error& error) {
  if (error.kind() == ErrorKind::kInterrupted) return error;
  Pending(fmt::format("the Kubernetes API does not answer: {}", error.message()));
  return Step::kListAgain;
}

void KubeWatch::Pending(const std::string& reason) {
  notice_.Pending(reason);
  if (reasons_.Add(Elapsed(), reason) && options_.on_reason) options_.on_reason(Elapsed(), reason);
}

Error KubeWatch::TimedOutError() const {
  return Error(ErrorKind::kTimeout, fmt::format("{} not reached within {} ({} requests): {}", what_, Text(Elapsed()),
                                                requests_, reasons_.Last()))
      .Detail(reasons_.Text());
}

}  // namespace e2e
