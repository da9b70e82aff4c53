#include "run/timeline.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

#include "cluster/json_access.h"

namespace e2e {
namespace {

using nlohmann::json;

// Of one lane, so that a page of 100 scenarios stays small.
constexpr std::size_t kMostMarks = 80;
constexpr double kBuckets = 60;
constexpr double kLongestGap = 2;
constexpr std::size_t kLongestText = 300;

class Drawing {
 public:
  Drawing(double begin, double end) : begin_(begin), end_(end) {}

  void Take(const json& event);
  Timeline Done();

 private:
  struct PodSeen {
    double since = 0;
    std::string sort, text;
    int restarts = 0;
  };

  TimeLane& Lane(const std::string& name);
  // Times of the events' clock.
  void Draw(const std::string& lane, double from, double to, std::string sort, std::string text);
  void Step(const json& event);
  void Wait(const json& event);
  void EndWait(double at);
  void Pod(const json& event);
  void EndPod(const std::string& name, double at);
  void Port(const json& event);
  void Mail(const json& event);

  const double begin_, end_;
  std::vector<TimeLane> lanes_;
  PodSeen wait_;
  std::map<std::string, PodSeen> pods_;
};

TimeLane& Drawing::Lane(const std::string& name) {
  const auto at = std::find_if(lanes_.begin(), lanes_.end(), [&](const TimeLane& lane) { return lane.name == name; });
  return at != lanes_.end() ? *at : lanes_.emplace_back(TimeLane{.name = name});
}

void Drawing::Draw(const std::string& name, double from, double to, std::string sort, std::string text) {
  TimeLane& lane = Lane(name);
  const double first = std::clamp(from, begin_, end_) - begin_;
  const double last = std::clamp(std::max(from, to), begin_, end_) - begin_;
  lane.marks.push_back({first, last, std::move(sort), std::move(text)});
}

void Drawing::Step(const json& event) {
  const double took = NumberAt(event, "/step/seconds");
  const double at = NumberAt(event, "/t");
  const bool failed = !JsonAt(event, "/step/error").is_null();
  const std::string said = failed ? TextAt(event, "/step/failure/message") : TextAt(event, "/step/note");
  Draw("steps", at - took, at, failed ? "bad" : "good",
       fmt::format("{}{}: {:.1f} s. {}", TextAt(event, "/step/kind"), failed ? " failed" : "", took, said));
}

void Drawing::Wait(const json& event) {
  const double at = NumberAt(event, "/t");
  EndWait(at);
  wait_ = {at, "wait", fmt::format("waiting for {} because {}", TextAt(event, "/what"), TextAt(event, "/reason"))};
}

void Drawing::EndWait(double at) {
  if (!wait_.text.empty()) Draw("waits", wait_.since, at, wait_.sort, wait_.text);
  wait_ = {};
}

void Drawing::Pod(const json& event) {
  const std::string name = TextAt(event, "/pod");
  const double at = NumberAt(event, "/t");
  const int restarts = IntAt(event, "/restarts");
  const auto before = pods_.find(name);
  if (restarts > (before == pods_.end() ? 0 : before->second.restarts)) {
    Draw("container restarts", at, at, "restart", fmt::format("{}: restart {}", name, restarts));
  }
  EndPod(name, at);
  const bool ready = TrueAt(event, "/ready");
  const bool deleting = TrueAt(event, "/deleting");
  pods_[name] = {at,
                 deleting ? "ending"
                 : ready  ? "good"
                          : "wait",
                 fmt::format("{}: {}, {}{}, {}", name, TextAt(event, "/phase"), ready ? "ready" : "not ready",
                             deleting ? ", being deleted" : "", TextAt(event, "/state")),
                 restarts};
}

void Drawing::EndPod(const std::string& name, double at) {
  const auto pod = pods_.find(name);
  if (pod == pods_.end()) return;
  Draw("pod " + name, pod->second.since, at, pod->second.sort, pod->second.text);
  pods_.erase(pod);
}

// Samples follow one another; those that ended alike become one span.
void Drawing::Port(const json& event) {
  const std::string ended = TextAt(event, "/ended");
  const std::string lane = "port " + TextAt(event, "/port");
  const double from = NumberAt(event, "/from");
  const double until = NumberAt(event, "/until");
  const std::string sort = ended == "good" ? "good" : "bad";
  std::vector<TimeMark>& marks = Lane(lane).marks;
  const double first = std::clamp(from, begin_, end_) - begin_;
  // A longer gap is one in which nobody looked.
  const bool follows = !marks.empty() && first - marks.back().to < kLongestGap;
  if (follows) marks.back().to = std::max(marks.back().to, first);
  if (follows && marks.back().sort == sort && marks.back().text == ended) {
    marks.back().to = std::clamp(until, begin_, end_) - begin_;
  } else {
    Draw(lane, from, until, sort, ended);
  }
}

void Drawing::Mail(const json& event) {
  const double from = NumberAt(event, "/from");
  const double to = NumberAt(event, "/t");
  const int acknowledged = IntAt(event, "/acknowledged");
  const int others = IntAt(event, "/refused") + IntAt(event, "/unknown") + IntAt(event, "/unreachable");
  TimeLane& lane = Lane(fmt::format("acknowledged {} {}", TextAt(event, "/protocol"), TextAt(event, "/traffic")));
  lane.marks.push_back(
      {from - begin_, to - begin_, others > 0 ? "odd" : "good",
       fmt::format("{} acknowledged, {} refused, {} unknown, {} sessions not opened in {:.1f} s", acknowledged,
                   IntAt(event, "/refused"), IntAt(event, "/unknown"), IntAt(event, "/unreachable"), to - from)});
}

void Drawing::Take(const json& event) {
  const std::string name = TextAt(event, "/event");
  const double at = NumberAt(event, "/t");
  if (name == "step.end") return EndWait(at), Step(event);
  if (name == "wait") return Wait(event);
  if (name == "wait.end") return EndWait(at);
  if (name == "pod") return Pod(event);
  if (name == "pod.gone") return EndPod(TextAt(event, "/pod"), at);
  if (name == "port") return Port(event);
  if (name == "mail") return Mail(event);
  if (name == "probe") {
    return Draw("failed probes", at, at, "bad", TextAt(event, "/pod") + ": " + TextAt(event, "/message"));
  }
  if (name == "kube.event") {
    return Draw("Kubernetes", at, at, TrueAt(event, "/warning") ? "odd" : "note",
                fmt::format("{} {}: {}: {}", TextAt(event, "/kind"), TextAt(event, "/name"), TextAt(event, "/reason"),
                            TextAt(event, "/message")));
  }
  if (name == "fault") {
    return Draw("faults", at, at, "fault", TextAt(event, "/kind") + ", receipt: " + TextAt(event, "/receipt"));
  }
  if (name == "command") {
    std::string words;
    for (const json& word : ListAt(event, "/argv")) words += (word.is_string() ? word.get<std::string>() : "") + " ";
    const double from = NumberAt(event, "/from");
    Draw("programs", from, from + NumberAt(event, "/seconds"), TrueAt(event, "/ok") ? "good" : "bad",
         fmt::format("{}{}, {:.1f} s", words, TextAt(event, "/ended"), NumberAt(event, "/seconds")));
  }
}

// Neighbours of one sort become one, until there are few enough to be seen.
void Thin(TimeLane& lane, double seconds) {
  if (lane.marks.size() <= static_cast<std::size_t>(kBuckets)) return;
  std::vector<TimeMark> thin;
  for (TimeMark& mark : lane.marks) {
    const bool joins =
        !thin.empty() && thin.back().sort == mark.sort && mark.to - thin.back().from < seconds / kBuckets;
    if (!joins) {
      thin.push_back(std::move(mark));
      continue;
    }
    thin.back().to = mark.to;
    if (thin.back().text.size() < kLongestText) thin.back().text += "; " + mark.text;
  }
  lane.left_out = thin.size() - std::min(thin.size(), kMostMarks);
  thin.resize(thin.size() - lane.left_out);
  lane.marks = std::move(thin);
}

// In the order in which one reads them: what was done, what it did to the pods, what clients saw of it.
std::size_t Rank(const TimeLane& lane) {
  constexpr std::string_view kOrder[] = {"steps",  "waits",      "faults", "pod ",         "container",
                                         "failed", "Kubernetes", "port ",  "acknowledged", "programs"};
  std::size_t rank = 0;
  while (rank < std::size(kOrder) && !lane.name.starts_with(kOrder[rank])) ++rank;
  return rank;
}

Timeline Drawing::Done() {
  EndWait(end_);
  while (!pods_.empty()) EndPod(std::string(pods_.begin()->first), end_);
  for (TimeLane& lane : lanes_) Thin(lane, end_ - begin_);
  std::stable_sort(lanes_.begin(), lanes_.end(),
                   [](const TimeLane& a, const TimeLane& b) { return Rank(a) < Rank(b); });
  return {end_ - begin_, std::move(lanes_)};
}

}  // namespace

EventsOf ByScenario(const std::vector<json>& events) {
  EventsOf found;
  for (const json& event : events) {
    const std::string scenario = TextAt(event, "/scenario");
    if (!scenario.empty()) found[{scenario, IntAt(event, "/round", 1)}].push_back(&event);
  }
  return found;
}

Timeline TimelineOf(const std::vector<const json*>& events) {
  if (events.empty()) return {};
  const double begin = NumberAt(*events.front(), "/t");
  Drawing drawing(begin, std::max(begin, NumberAt(*events.back(), "/t")));
  for (const json* event : events) drawing.Take(*event);
  return drawing.Done();
}

}  // namespace e2e
