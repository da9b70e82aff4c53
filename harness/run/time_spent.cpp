#include "run/time_spent.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <string_view>

#include "cluster/json_access.h"
#include "run/html.h"

namespace e2e {
namespace {

using nlohmann::json;

enum Part { kKind, kImages, kHelm, kPrograms, kKubelet, kServer, kProbes, kOtherWaits, kSteps, kAround, kPartCount };
constexpr const char* kNames[kPartCount] = {"kind: the cluster up and down",
                                            "images into the node",
                                            "helm",
                                            "other programs: docker, exec in the node",
                                            "kubelet: pods that do not run yet",
                                            "server: ports, logins and provisioning not there yet",
                                            "probes: all serves, and the pod is not ready",
                                            "other waits: restarts, mail that is read back",
                                            "work of the steps: mail, checks, requests",
                                            "around the steps: worker processes, clean-up"};

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Part PartOfWait(const json& wait) {
  const std::string reason = TextAt(wait, "/reason");
  if (Has(reason, " Pending") || Has(reason, "not started") || Has(reason, "ContainerCreating")) return kKubelet;
  for (const char* start : {"port ", "provisioning:", "login:", "HTTP:", "all mail ports greet"}) {
    if (reason.starts_with(start)) return kServer;
  }
  if (Has(reason, "not ready") || Has(reason, "ready: false")) return kProbes;
  return kOtherWaits;
}

Part PartOfCommand(const json& command) {
  const json& argv = ListAt(command, "/argv");
  const auto word = [&](std::size_t at) {
    return argv.size() > at && argv[at].is_string() ? argv[at].get<std::string>() : "";
  };
  const std::string program = word(0).substr(word(0).rfind('/') + 1);
  if (program.starts_with("helm")) return kHelm;
  if (program.starts_with("kind")) return word(1) == "load" ? kImages : kKind;
  return word(1) == "worker" ? kAround : kPrograms;
}

class Booking {
 public:
  void Take(const json& event);
  TimeSpent Done() const;

 private:
  // A scenario that has begun and not ended.
  struct Open {
    double begun = 0;
    double booked = 0;  // of it, under a part
    const json* wait = nullptr;
    bool in_step = false;
    double in_step_booked = 0;
  };

  void Book(Open& open, Part part, double seconds);
  void EndWait(Open& open, double at);
  void EndStep(Open& open, const json& event);

  double parts_[kPartCount] = {};
  double first_ = 0, last_ = 0, cpu_ = 0, peak_mb_ = 0;
  bool any_ = false;
  std::map<std::pair<std::string, int>, Open> open_;
};

void Booking::Book(Open& open, Part part, double seconds) {
  parts_[part] += seconds;
  open.booked += seconds;
  if (open.in_step) open.in_step_booked += seconds;
}

void Booking::EndWait(Open& open, double at) {
  if (open.wait != nullptr) Book(open, PartOfWait(*open.wait), std::max(0.0, at - NumberAt(*open.wait, "/t")));
  open.wait = nullptr;
}

void Booking::EndStep(Open& open, const json& event) {
  EndWait(open, NumberAt(event, "/t"));
  const double rest = NumberAt(event, "/step/seconds") - open.in_step_booked;
  open.in_step = false;
  Book(open, kSteps, std::max(0.0, rest));
}

void Booking::Take(const json& event) {
  const std::string name = TextAt(event, "/event");
  const double at = NumberAt(event, "/t", last_);
  if (!any_) first_ = at;
  any_ = true;
  last_ = std::max(last_, at);
  if (name == "cost") {
    cpu_ += NumberAt(event, "/cpu");
    peak_mb_ = std::max(peak_mb_, NumberAt(event, "/peak_mb"));
  }
  const std::string scenario = TextAt(event, "/scenario");
  const Part part = name == "command" ? PartOfCommand(event) : kPartCount;
  if (scenario.empty()) {
    // A worker's time is its scenario's.
    if (part != kPartCount && part != kAround) parts_[part] += NumberAt(event, "/seconds");
    return;
  }
  const auto key = std::pair(scenario, IntAt(event, "/round", 1));
  if (name == "scenario.begin") open_[key] = {.begun = at};
  const auto found = open_.find(key);
  if (found == open_.end()) return;
  Open& open = found->second;
  if (name == "step.begin") {
    open.in_step = true;
    open.in_step_booked = 0;
  } else if (name == "step.end") {
    EndStep(open, event);
  } else if (name == "wait" || name == "wait.end") {
    EndWait(open, at);
    if (name == "wait") open.wait = &event;
  } else if (part != kPartCount) {
    Book(open, part, NumberAt(event, "/seconds"));
  } else if (name == "scenario.end") {
    EndWait(open, at);
    parts_[kAround] += std::max(0.0, at - open.begun - open.booked);
    open_.erase(found);
  }
}

TimeSpent Booking::Done() const {
  TimeSpent spent{.whole = last_ - first_, .cpu = cpu_, .peak_mb = peak_mb_};
  for (int part = 0; part < kPartCount; ++part) {
    if (parts_[part] > 0) spent.parts.push_back({kNames[part], parts_[part]});
  }
  return spent;
}

double SumOf(const TimeSpent& spent) {
  double sum = 0;
  for (const TimePart& part : spent.parts) sum += part.seconds;
  return sum;
}

std::string OwnCost(const TimeSpent& spent) {
  if (spent.cpu <= 0 || spent.whole <= 0) return "";
  return fmt::format(
      "The harness itself needed {:.1f} s of CPU time in {:.0f} s ({:.1f} % of one core); its largest process {:.0f} "
      "MB.",
      spent.cpu, spent.whole, spent.cpu / spent.whole * 100, spent.peak_mb);
}

}  // namespace

TimeSpent TimeSpentOf(const std::vector<json>& events) {
  Booking booking;
  for (const json& event : events) booking.Take(event);
  return booking.Done();
}

std::string TextOf(const TimeSpent& spent) {
  const double sum = SumOf(spent);
  if (sum <= 0) return "";
  std::string rows;
  for (const TimePart& part : spent.parts) {
    rows += fmt::format("| {} | {:.1f} | {:.0f} % |\n", part.name, part.seconds, part.seconds / sum * 100);
  }
  return fmt::format(
      "| where the time went | seconds of all lanes | share |\n|---|---:|---:|\n{}\nThe run took {:.0f} s. {}\n", rows,
      spent.whole, OwnCost(spent));
}

std::string HtmlOf(const TimeSpent& spent) {
  const double sum = SumOf(spent);
  if (sum <= 0) return "";
  std::string rows;
  for (const TimePart& part : spent.parts) {
    const double share = part.seconds / sum * 100;
    rows += fmt::format(
        "<tr><td>{}</td><td class=\"number\">{:.1f} s</td><td class=\"number\">{:.0f} %</td><td><div "
        "class=\"lane\"><span style=\"left:0;width:{:.1f}%\"></span></div></td></tr>\n",
        Html(part.name), part.seconds, share, share);
  }
  return fmt::format(
      "<h2>Where the time went</h2>\n<p class=\"quiet\">The run took {:.0f} s; seconds of all lanes are added up. "
      "{}</p>\n<div class=\"wide\"><table class=\"stack\"><thead><tr><th>Part</th><th class=\"number\">Seconds</th>"
      "<th class=\"number\">Share</th><th></th></tr></thead><tbody>\n{}</tbody></table></div>\n",
      spent.whole, OwnCost(spent), rows);
}

}  // namespace e2e
