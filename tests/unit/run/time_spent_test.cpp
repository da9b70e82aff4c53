#include "run/time_spent.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace e2e {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

json At(double t, const std::string& event, const char* more = "{}") {
  json object = json::parse(more);
  object["event"] = event;
  object["t"] = t;
  return object;
}
// Of the scenario a/b.
json Of(double t, const std::string& event, const char* more = "{}") {
  json object = At(t, event, more);
  object["scenario"] = "a/b";
  object["round"] = 1;
  return object;
}

std::vector<std::string> Parts(const std::vector<json>& events) {
  std::vector<std::string> texts;
  for (const TimePart& part : TimeSpentOf(events).parts) {
    std::string number = std::to_string(part.seconds);
    texts.push_back(part.name.substr(0, part.name.find(':')) + " " + number.substr(0, number.find('.') + 2));
  }
  return texts;
}

TEST(TimeSpent, BooksEachSecondOfAScenarioOnce) {
  const std::vector<json> events{
      At(100, "run.begin"),
      At(130, "command", R"({"argv": ["/x/kind-1", "create", "cluster"], "from": 100, "seconds": 30})"),
      At(140, "command", R"({"argv": ["kind", "load", "docker-image"], "from": 130, "seconds": 10})"),
      Of(140, "scenario.begin"),
      Of(142, "step.begin"),
      Of(145, "command", R"({"argv": ["/x/helm", "install"], "from": 142, "seconds": 3})"),
      Of(145, "wait", R"({"reason": "port smtp: closed <- Pod p Pending <- container not started"})"),
      Of(150, "wait", R"({"reason": "port smtp: closed <- everything is ready"})"),
      Of(157, "wait", R"({"reason": "all ports greet and a login works, but Pod p is not ready"})"),
      Of(158, "wait.end"),
      Of(160, "step.end", R"({"step": {"kind": "install", "seconds": 18}})"),
      Of(160, "step.begin"),
      Of(164, "step.end", R"({"step": {"kind": "mail.load", "seconds": 4}})"),
      Of(166, "command", R"({"argv": ["helm", "uninstall"], "from": 164, "seconds": 2})"),
      Of(169, "scenario.end"),
      At(170, "command", R"({"argv": ["/proc/self/exe", "worker"], "from": 140, "seconds": 30})"),
      At(171, "run.end")};
  EXPECT_THAT(Parts(events), ElementsAre("kind 30.0", "images into the node 10.0", "helm 5.0", "kubelet 5.0",
                                         "server 7.0", "probes 1.0", "work of the steps 6.0", "around the steps 5.0"));
  EXPECT_DOUBLE_EQ(TimeSpentOf(events).whole, 71);
}

TEST(TimeSpent, EndsAWaitWithItsStep) {
  EXPECT_THAT(Parts({Of(0, "scenario.begin"), Of(1, "step.begin"), Of(2, "wait", R"({"reason": "3 lost"})"),
                     Of(5, "step.end", R"({"step": {"seconds": 4}})"), Of(6, "scenario.end")}),
              ElementsAre("other waits 3.0", "work of the steps 1.0", "around the steps 2.0"));
}

TEST(TimeSpent, AddsUpWhatTheHarnessItselfNeeded) {
  const TimeSpent spent = TimeSpentOf({At(0, "run.begin"), At(1, "command", R"({"argv": ["kind"], "seconds": 1})"),
                                       Of(50, "cost", R"({"process": "worker", "cpu": 0.5, "peak_mb": 20})"),
                                       At(100, "cost", R"({"process": "run", "cpu": 1.5, "peak_mb": 31})")});
  EXPECT_DOUBLE_EQ(spent.cpu, 2);
  EXPECT_DOUBLE_EQ(spent.peak_mb, 31);
  EXPECT_THAT(TextOf(spent), HasSubstr("2.0 s of CPU time in 100 s (2.0 % of one core); its largest process 31 MB."));
  EXPECT_THAT(HtmlOf(spent), HasSubstr("(2.0 % of one core)"));
}

TEST(TimeSpent, IsNothingWithoutEvents) {
  EXPECT_THAT(TextOf(TimeSpentOf({})), IsEmpty());
  EXPECT_THAT(HtmlOf(TimeSpentOf({})), IsEmpty());
  EXPECT_THAT(Parts({json::array(), At(0, "command", R"({"argv": 7})"), Of(1, "step.end"), Of(2, "wait.end")}),
              IsEmpty());
}

}  // namespace
}  // namespace e2e
