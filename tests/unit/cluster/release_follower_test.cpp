#include "cluster/release_follower.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "support/kept_events.h"

namespace e2e {
namespace {

using nlohmann::json;

json Pod(const std::string& name, const std::string& phase, int restarts, bool ready) {
  return {{"metadata", {{"name", name}, {"uid", "uid-" + name}}},
          {"spec", {{"containers", {{{"name", "stalwart"}}}}}},
          {"status",
           {{"phase", phase},
            {"conditions", {{{"type", "Ready"}, {"status", ready ? "True" : "False"}}}},
            {"containerStatuses",
             {{{"name", "stalwart"},
               {"restartCount", restarts},
               {"ready", ready},
               {"state", {{"running", {{"startedAt", "2026-11-27T00:00:00Z"}}}}}}}}}}};
}

TEST(TellPods, TellsWhatHasChangedAndWhatIsGone) {
  KeptEvents kept;
  const auto look = TellPods(kept);
  look({Pod("a", "Running", 0, false)});
  look({Pod("a", "Running", 0, false)});
  look({Pod("a", "Running", 1, true), Pod("b", "Pending", 0, false)});
  look({Pod("b", "Pending", 0, false)});
  ASSERT_EQ(kept.all.size(), 4u);
  EXPECT_EQ(kept.all[0], (json{{"event", "pod"},
                               {"pod", "a"},
                               {"phase", "Running"},
                               {"ready", false},
                               {"restarts", 0},
                               {"deleting", false},
                               {"state", "running"}}));
  EXPECT_EQ(kept.all[1].at("restarts"), 1);
  EXPECT_EQ(kept.all[1].at("ready"), true);
  EXPECT_EQ(kept.all[2].at("pod"), "b");
  EXPECT_EQ(kept.all[3], (json{{"event", "pod.gone"}, {"pod", "a"}}));
}

json Unhealthy(const std::string& message, int count) {
  return {{"metadata", {{"name", "e"}, {"uid", "e"}}},
          {"involvedObject", {{"kind", "Pod"}, {"name", "a"}}},
          {"reason", "Unhealthy"},
          {"message", message},
          {"count", count}};
}

TEST(TellKubeEvents, TellsEachFailureOfAProbeOnce) {
  KeptEvents kept;
  const auto look = TellKubeEvents(kept);
  look({Unhealthy("Readiness probe failed: refused", 1)});
  look({Unhealthy("Readiness probe failed: refused", 1)});
  look({Unhealthy("Readiness probe failed: refused", 2)});
  ASSERT_EQ(kept.all.size(), 2u);
  EXPECT_EQ(kept.all[0], (json{{"event", "probe"},
                               {"pod", "a"},
                               {"probe", "Readiness"},
                               {"message", "Readiness probe failed: refused"},
                               {"count", 1}}));
  EXPECT_EQ(kept.all[1].at("count"), 2);
}

TEST(TellKubeEvents, TellsWhatElseKubernetesSays) {
  KeptEvents kept;
  json killing = Unhealthy("Readiness probe failed: x", 1);
  killing["reason"] = "Killing";
  killing["type"] = "Warning";
  TellKubeEvents(kept)({killing});
  ASSERT_EQ(kept.all.size(), 1u);
  EXPECT_EQ(kept.all[0], (json{{"event", "kube.event"},
                               {"kind", "Pod"},
                               {"name", "a"},
                               {"reason", "Killing"},
                               {"message", "Readiness probe failed: x"},
                               {"warning", true},
                               {"count", 1}}));
}

TEST(TellKubeEvents, TellsNoSecretThatAServerSaid) {
  KeptEvents kept;
  TellKubeEvents(kept)({Unhealthy("Readiness probe failed: sent Authorization: Bearer hunter2", 1)});
  ASSERT_EQ(kept.all.size(), 1u);
  EXPECT_THAT(kept.all[0].at("message"), testing::Not(testing::HasSubstr("hunter2")));
}

}  // namespace
}  // namespace e2e
