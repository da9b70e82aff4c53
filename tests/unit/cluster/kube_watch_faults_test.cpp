// A wait by list and watch against an API server that misbehaves: it never passes wrongly, never asks more often than
// once a second but for a watch right after its list, and never outlives its deadline.
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cluster/kube_api.h"
#include "support/fake_clock.h"
#include "support/fake_kube_transport.h"
#include "support/kube_objects.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* kList = "GET /pods";
constexpr const char* kWatch = "GET /pods?watch=1*";
const json kPod = RunningPod("a", "u", "c");
const std::string kNone = KubeList({}, "9");

std::string Event(const std::string& type, const json& object) {
  return json{{"type", type}, {"object", object}}.dump() + "\n";
}

class KubeWatchFaultsTest : public testing::Test {
 protected:
  // Over when no object is left: the wait that nonsense passes most easily.
  Status UntilGone(Duration limit = seconds(60)) {
    const Status status = api_.WatchUntil({.path = "/pods"}, "no pod", Deadline::In(clock_, limit), options_,
                                          [](const std::vector<json>& objects) -> Outcome<Probe> {
                                            if (objects.empty()) return Probe::Ready();
                                            return Probe::Pending(std::to_string(objects.size()) + " pods");
                                          });
    for (std::size_t i = 1; i < times_.size(); ++i) {
      EXPECT_GE(times_[i] - times_.front(), seconds(i - 1)) << "request " << i;
    }
    for (std::size_t i = 2; i < times_.size(); ++i) EXPECT_GE(times_[i] - times_[i - 2], seconds(1)) << "request " << i;
    EXPECT_LE(clock_.Elapsed(), limit + seconds(2)) << "no wait outlives its deadline";
    return status;
  }
  void Counted() {
    transport_.Doing([this] { times_.push_back(clock_.Now()); });
  }
  void List(int status, const std::string& body) {
    transport_.Expect(kList, status, body);
    Counted();
  }
  void ListFails(const std::string& why) {
    transport_.Expect(kList, Error(ErrorKind::kTransport, why));
    Counted();
  }
  void Watch(std::vector<std::string> chunks, std::optional<Error> end = std::nullopt) {
    transport_.ExpectWatch(kWatch, std::move(chunks), std::move(end));
    Counted();
  }

  FakeClock clock_;
  FakeKubeTransport transport_;
  KubeApi api_{transport_, clock_};
  WaitOptions options_;
  std::vector<TimePoint> times_;
};

TEST_F(KubeWatchFaultsTest, OnlyAListSaysThatThereIsNothing) {
  List(200, "{}");
  List(200, R"({"kind":"Status","metadata":{},"status":"Success"})");
  List(200, "[]");
  List(200, "null");
  List(200, R"({"kind":"PodList","metadata":{"resourceVersion":"1"},"items":{}})");
  List(200, R"({"kind":"PodList","items":[]})");
  List(200, KubeList({kPod}).substr(0, 40));
  List(200, kNone);
  EXPECT_THAT(UntilGone(), Succeeds());
  EXPECT_EQ(clock_.Elapsed(), seconds(7));
}

TEST_F(KubeWatchFaultsTest, AStreamThatIsDroppedInTheMiddleOfALine) {
  const std::string gone = Event("DELETED", kPod);
  List(200, KubeList({kPod}));
  Watch({gone.substr(0, gone.size() - 1)}, Error(ErrorKind::kTransport, "lost within the answer"));
  List(200, KubeList({kPod}));
  Watch({gone.substr(0, 30)});
  Watch({gone});
  EXPECT_THAT(UntilGone(), Succeeds());
}

TEST_F(KubeWatchFaultsTest, AStreamThatComesByteByByte) {
  std::vector<std::string> bytes;
  for (const char c : Event("MODIFIED", kPod) + Event("DELETED", kPod)) bytes.emplace_back(1, c);
  List(200, KubeList({kPod}));
  Watch(bytes);
  EXPECT_THAT(UntilGone(), Succeeds());
}

TEST_F(KubeWatchFaultsTest, EventsThatAreNone) {
  json nameless = kPod;
  nameless["metadata"].erase("name");
  json versionless = kPod;
  versionless["metadata"].erase("resourceVersion");
  for (const std::string& line :
       {Event("DELETED", nameless), Event("DELETED", versionless), Event("REMOVED", kPod), Event("DELETED", nullptr),
        std::string("7\n"), std::string("[]\n"), std::string("\n"), Event("BOOKMARK", {{"kind", "Pod"}})}) {
    List(200, KubeList({kPod}));
    Watch({line});
  }
  List(200, kNone);
  EXPECT_THAT(UntilGone(), Succeeds());
}

TEST_F(KubeWatchFaultsTest, ALineWithoutAnEnd) {
  List(200, KubeList({kPod}));
  Watch(std::vector<std::string>(9, std::string(1024 * 1024, 'x')));
  List(200, kNone);
  EXPECT_THAT(UntilGone(), Succeeds());
}

TEST_F(KubeWatchFaultsTest, RefusedWatchesAreNotTheEnd) {
  // A version from the future, one that is not a number, one that is too old, a busy server.
  const std::pair<int, const char*> table[] = {{504, R"({"message":"Too large resource version: 99, current: 12"})"},
                                               {400, R"({"message":"Invalid value: \"x\": strconv.ParseUint"})"},
                                               {410, R"({"message":"too old resource version"})"},
                                               {429, R"({"message":"too many requests"})"},
                                               {500, ""}};
  for (const auto& [status, body] : table) {
    List(200, KubeList({kPod}));
    transport_.Expect(kWatch, status, body);
    Counted();
  }
  List(200, kNone);
  EXPECT_THAT(UntilGone(), Succeeds());
}

TEST_F(KubeWatchFaultsTest, AnErrorEventMeansListingAgain) {
  List(200, KubeList({kPod}));
  Watch({Event("ERROR", {{"kind", "Status"}, {"code", 410}, {"reason", "Expired"}})});
  List(200, KubeList({kPod}));
  Watch({Event("ERROR", {{"kind", "Status"}, {"code", 429}, {"details", {{"retryAfterSeconds", 7}}}})});
  List(200, kNone);
  EXPECT_THAT(UntilGone(), Succeeds());
  EXPECT_EQ(times_.back() - times_[3], seconds(7));
}

TEST_F(KubeWatchFaultsTest, RetryAfterIsObeyed) {
  transport_.Expect(kList, KubeResponse{.status = 429, .body = "slow down", .retry_after = seconds(9)});
  Counted();
  List(200, kNone);
  EXPECT_THAT(UntilGone(), Succeeds());
  EXPECT_EQ(clock_.Elapsed(), seconds(9));
}

TEST_F(KubeWatchFaultsTest, RetryAfterDoesNotOutliveTheDeadline) {
  transport_.Expect(kList, KubeResponse{.status = 503, .body = "", .retry_after = seconds(600)});
  Counted();
  EXPECT_THAT(UntilGone(seconds(20)), FailsWith(ErrorKind::kTimeout, HasSubstr("503")));
  EXPECT_EQ(clock_.Elapsed(), seconds(20));
}

TEST_F(KubeWatchFaultsTest, TheLastLookIsHeldBackToo) {
  List(200, KubeList({kPod}));
  Watch({}, Error(ErrorKind::kTransport, "reset"));
  List(200, kNone);
  EXPECT_THAT(UntilGone(Duration(500)), Succeeds());
  EXPECT_EQ(clock_.Elapsed(), seconds(1));
}

TEST_F(KubeWatchFaultsTest, AnApiServerThatStartsAnew) {
  List(200, KubeList({kPod}, "100"));
  Watch({}, Error(ErrorKind::kTransport, "connection reset"));
  for (int i = 0; i < 15; ++i) ListFails("connection refused");
  List(403, R"({"message":"RBAC: not ready"})");
  List(500, R"({"message":"etcdserver: leader changed"})");
  // It came back with an older state than it had.
  List(200, KubeList({kPod}, "90"));
  Watch({Event("DELETED", kPod)});
  EXPECT_THAT(UntilGone(), Succeeds());
  EXPECT_THAT(transport_.requests.back().path, HasSubstr("resourceVersion=90"));
}

// What happens between a list and its watch is told by the watch, and must not wait for the interval.
TEST_F(KubeWatchFaultsTest, AWatchFollowsItsListAtOnce) {
  List(200, KubeList({kPod}));
  Watch({Event("DELETED", kPod)});
  EXPECT_THAT(UntilGone(), Succeeds());
  EXPECT_EQ(clock_.Elapsed(), seconds(0));
}

TEST_F(KubeWatchFaultsTest, NoOptionMakesItAskMoreOften) {
  options_.interval = Duration(1);
  for (int i = 0; i < 10; ++i) ListFails("connection refused");
  List(200, kNone);
  EXPECT_THAT(UntilGone(), Succeeds());
  EXPECT_EQ(clock_.Elapsed(), seconds(10));
}

// Two minutes of an API server that ends each watch at once, and fails in between.
TEST_F(KubeWatchFaultsTest, ARequestBudgetForAWholeWait) {
  List(200, KubeList({kPod}));
  for (int i = 1; i <= 120; ++i) {
    if (i % 4 == 3) {
      Watch({}, Error(ErrorKind::kTransport, "reset"));
    } else if (i % 4 == 0) {
      List(200, KubeList({kPod}));
    } else {
      Watch({Event("MODIFIED", kPod)});
    }
  }
  List(200, KubeList({kPod}));
  EXPECT_THAT(UntilGone(seconds(120)),
              FailsWith(ErrorKind::kTimeout, AllOf(HasSubstr("no pod not reached within 2m00s (limit 2m00s, 122 "
                                                             "requests): 1 pods"),
                                                   HasSubstr("does not answer: reset"))));
  EXPECT_EQ(times_.size(), 122u);
}

TEST_F(KubeWatchFaultsTest, AServerThatNeverAnswersEndsWithTheDeadline) {
  for (int i = 0; i < 4; ++i) {
    transport_.Expect(kList, Error(ErrorKind::kTimeout, "timed out after 10.0s, without an answer")).Doing([this] {
      times_.push_back(clock_.Now());
      clock_.Advance(seconds(times_.size() < 4 ? 10 : 2));
    });
  }
  EXPECT_THAT(UntilGone(seconds(30)), FailsWith(ErrorKind::kTimeout, HasSubstr("without an answer")));
}

TEST_F(KubeWatchFaultsTest, ATimeoutCarriesTheCodeOfItsLastReason) {
  transport_.Expect(kList, 200, KubeList({kPod}));
  transport_.ExpectWatch(kWatch, {}, Error(ErrorKind::kTimeout, "span over")).Doing([this] {
    clock_.Advance(seconds(5));
  });
  transport_.Expect(kList, 200, KubeList({kPod}));
  const Status status =
      api_.WatchUntil({.path = "/pods"}, "it", Deadline::In(clock_, seconds(5)), options_,
                      [](const std::vector<json>&) -> Outcome<Probe> { return Probe::Pending("why", "CrashLoop"); });
  ASSERT_THAT(status, FailsWith(ErrorKind::kTimeout, HasSubstr("reason: CrashLoop")));
  EXPECT_EQ(status.error().reason(), "CrashLoop");
}

}  // namespace
}  // namespace e2e
