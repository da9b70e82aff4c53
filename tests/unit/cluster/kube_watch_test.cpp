// Waits by list and watch, on KubeApi::WatchUntil.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cluster/kube_api.h"
#include "support/fake_clock.h"
#include "support/fake_kube_transport.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kList = "GET /pods";
std::string WatchFrom(const std::string& version) {
  return "GET /pods?watch=1&allowWatchBookmarks=true&timeoutSeconds=*&resourceVersion=" + version;
}

json Object(const std::string& name, const std::string& phase, const std::string& version) {
  return {{"metadata", {{"name", name}, {"resourceVersion", version}}}, {"status", {{"phase", phase}}}};
}
std::string ListOf(const std::string& version, std::vector<json> items) {
  return json{{"kind", "PodList"}, {"metadata", {{"resourceVersion", version}}}, {"items", items}}.dump();
}
std::string Event(const std::string& type, const json& object) {
  return json{{"type", type}, {"object", object}}.dump() + "\n";
}

class KubeWatchTest : public testing::Test {
 protected:
  // Ready as soon as an object runs; the reason names all objects.
  Status UntilRunning(Duration limit = std::chrono::seconds(60)) {
    return api_.WatchUntil({.path = "/pods"}, "a running pod", Deadline::In(clock_, limit), options_,
                           [this](const std::vector<json>& objects) -> Outcome<Probe> {
                             std::string seen;
                             for (const json& object : objects) {
                               const std::string phase = object["status"]["phase"];
                               if (phase == "Running") return Probe::Ready();
                               if (phase == "Failed") return Error(ErrorKind::kExpectation, "it failed");
                               seen += object["metadata"]["name"].get<std::string>() + " " + phase + ";";
                             }
                             states_.push_back(seen);
                             return Probe::Pending("have " + seen);
                           });
  }

  FakeClock clock_;
  FakeKubeTransport transport_;
  KubeApi api_{transport_, clock_};
  WaitOptions options_;
  std::vector<std::string> states_;
};

TEST_F(KubeWatchTest, AStateThatIsThereNeedsOneList) {
  transport_.Expect(kList, 200, ListOf("7", {Object("a", "Running", "5")}));
  EXPECT_THAT(UntilRunning(), Succeeds());
  EXPECT_EQ(clock_.Elapsed(), Duration(0));
}

TEST_F(KubeWatchTest, AppliesEveryEventAtOnce) {
  transport_.Expect(kList, 200, ListOf("7", {Object("a", "Pending", "5")}));
  transport_.ExpectWatch(WatchFrom("7"),
                         {Event("ADDED", Object("b", "Pending", "8")), Event("DELETED", Object("a", "Pending", "9")),
                          Event("MODIFIED", Object("b", "Running", "10"))});
  EXPECT_THAT(UntilRunning(), Succeeds());
  EXPECT_THAT(states_, ElementsAre("a Pending;", "a Pending;b Pending;", "b Pending;"));
}

TEST_F(KubeWatchTest, ALineMayComeInPiecesAndTwoInOne) {
  const std::string events =
      Event("ADDED", Object("b", "Pending", "8")) + Event("MODIFIED", Object("b", "Running", "9"));
  transport_.Expect(kList, 200, ListOf("7", {}));
  transport_.ExpectWatch(WatchFrom("7"), {events.substr(0, 10), events.substr(10, 90), events.substr(100)});
  EXPECT_THAT(UntilRunning(), Succeeds());
  EXPECT_THAT(states_, ElementsAre("", "b Pending;"));
}

TEST_F(KubeWatchTest, GoesOnFromTheBookmarkWhenTheWatchEndsInOrder) {
  transport_.Expect(kList, 200, ListOf("7", {Object("a", "Pending", "5")}));
  transport_.ExpectWatch(WatchFrom("7"), {Event("BOOKMARK", {{"metadata", {{"resourceVersion", "90"}}}})});
  transport_.ExpectWatch(WatchFrom("90"), {Event("MODIFIED", Object("a", "Running", "91"))});
  EXPECT_THAT(UntilRunning(), Succeeds());
}

TEST_F(KubeWatchTest, GoesOnWhenTheWatchOutlivesItsTime) {
  transport_.Expect(kList, 200, ListOf("7", {Object("a", "Pending", "5")}));
  transport_.ExpectWatch(WatchFrom("7"), {}, Error(ErrorKind::kTimeout, "span over")).Doing([&] {
    clock_.Advance(std::chrono::seconds(20));
  });
  transport_.ExpectWatch(WatchFrom("7"), {Event("MODIFIED", Object("a", "Running", "91"))});
  EXPECT_THAT(UntilRunning(), Succeeds());
  EXPECT_EQ(states_.size(), 2u) << "time itself may have changed what is thought of the objects";
}

TEST_F(KubeWatchTest, ListsAgainWhenTheVersionIsGone) {
  transport_.Expect(kList, 200, ListOf("7", {Object("a", "Pending", "5")}));
  transport_.ExpectWatch(WatchFrom("7"), {Event("ERROR", {{"kind", "Status"}, {"code", 410}})});
  transport_.Expect(kList, 200, ListOf("99", {Object("b", "Pending", "98")}));
  transport_.Expect(WatchFrom("99"), 410, R"({"message":"too old"})");
  transport_.Expect(kList, 200, ListOf("120", {Object("b", "Running", "119")}));
  EXPECT_THAT(UntilRunning(), Succeeds());
  EXPECT_THAT(states_, ElementsAre("a Pending;", "b Pending;")) << "what the list no longer has is forgotten";
}

TEST_F(KubeWatchTest, SurvivesADroppedStreamAndAnApiServerThatIsAway) {
  transport_.Expect(kList, 200, ListOf("7", {Object("a", "Pending", "5")}));
  transport_.ExpectWatch(WatchFrom("7"), {}, Error(ErrorKind::kTransport, "connection reset"));
  for (int i = 0; i < 5; ++i) transport_.Expect(kList, Error(ErrorKind::kTransport, "connection refused"));
  transport_.Expect(kList, 403, R"({"message":"RBAC not ready"})");
  transport_.Expect(kList, 429, "slow down");
  transport_.Expect(kList, 500, "");
  transport_.Expect(kList, 200, ListOf("9", {Object("a", "Running", "8")}));
  EXPECT_THAT(UntilRunning(), Succeeds());
}

TEST_F(KubeWatchTest, AsksAtMostOnceASecond) {
  std::vector<TimePoint> times;
  for (int i = 0; i < 30; ++i) {
    transport_.Expect(kList, Error(ErrorKind::kTransport, "connection refused")).Doing([&] {
      times.push_back(clock_.Now());
    });
  }
  transport_.Expect(kList, 200, ListOf("9", {Object("a", "Running", "8")}));
  EXPECT_THAT(UntilRunning(), Succeeds());
  for (std::size_t i = 1; i < times.size(); ++i) EXPECT_GE(times[i] - times[i - 1], std::chrono::seconds(1));
}

TEST_F(KubeWatchTest, ATimeoutTellsTheReasons) {
  std::vector<std::string> told;
  options_.on_reason = [&](Duration, const std::string& reason) { told.push_back(reason); };
  transport_.Expect(kList, 200, ListOf("7", {Object("a", "Pending", "5")}));
  transport_
      .ExpectWatch(WatchFrom("7"), {Event("MODIFIED", Object("a", "Stuck", "8"))},
                   Error(ErrorKind::kTimeout, "span over"))
      .Doing([&] { clock_.Advance(std::chrono::seconds(5)); });
  transport_.Expect(kList, Error(ErrorKind::kTransport, "connection refused"));
  EXPECT_THAT(UntilRunning(std::chrono::seconds(5)),
              FailsWith(ErrorKind::kTimeout,
                        AllOf(HasSubstr("a running pod not reached within 5.0s"), HasSubstr("connection refused"),
                              HasSubstr("after 0ms: have a Pending;"), HasSubstr("have a Stuck;"))));
  EXPECT_EQ(told.size(), 3u);
}

TEST_F(KubeWatchTest, AHopelessStateEndsTheWait) {
  transport_.Expect(kList, 200, ListOf("7", {Object("a", "Pending", "5")}));
  transport_.ExpectWatch(WatchFrom("7"), {Event("MODIFIED", Object("a", "Failed", "8"))});
  EXPECT_THAT(UntilRunning(), FailsWith(ErrorKind::kExpectation, HasSubstr("it failed")));
}

TEST_F(KubeWatchTest, ARefusedQueryEndsTheWait) {
  transport_.Expect(kList, 404, R"({"message":"the server could not find the requested resource"})");
  EXPECT_THAT(UntilRunning(), FailsWith(ErrorKind::kExpectation, HasSubstr("could not find")));
}

TEST_F(KubeWatchTest, AnInterruptEndsTheWait) {
  transport_.Expect(kList, Error(ErrorKind::kTransport, "connection refused")).Doing([&] {
    clock_.interrupted = true;
  });
  EXPECT_THAT(UntilRunning(), FailsWith(ErrorKind::kInterrupted, HasSubstr("a running pod")));
}

TEST_F(KubeWatchTest, AnInterruptWithinAStreamEndsTheWait) {
  transport_.Expect(kList, 200, ListOf("7", {Object("a", "Pending", "5")}));
  transport_.ExpectWatch(WatchFrom("7"), {}, Error(ErrorKind::kInterrupted, "interrupted"));
  EXPECT_THAT(UntilRunning(), FailsWith(ErrorKind::kInterrupted, HasSubstr("interrupted")));
}

TEST_F(KubeWatchTest, RubbishInTheStreamMeansListingAgain) {
  transport_.Expect(kList, 200, ListOf("7", {Object("a", "Pending", "5")}));
  transport_.ExpectWatch(WatchFrom("7"), {"<html>\n"});
  transport_.Expect(kList, 200, ListOf("8", {Object("a", "Running", "8")}));
  EXPECT_THAT(UntilRunning(), Succeeds());
}

}  // namespace
}  // namespace e2e
