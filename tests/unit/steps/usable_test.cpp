// "Usable": all eight ports, the probes and a login, against eight scripted servers.
#include "steps/usable.h"

#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class UsableTest : public MailFixture {
 protected:
  using Scripts = std::vector<LoopbackServer::Script>;

  static LoopbackServer::Script Http(int status, const std::string& body = "") {
    return {"C! http", fmt::format("S+ HTTP/1.1 {} X\\r\\nConnection: close\\r\\nContent-Length: {}\\r\\n\\r\\n{}",
                                   status, body.size(), body)};
  }
  static LoopbackServer::Script Login(const std::string& answer = "A1 OK [CAPABILITY IMAP4rev1 IDLE] in") {
    LoopbackServer::Script script({"S! tls", "S: * OK [CAPABILITY IMAP4rev1] hi", "C: A1 LOGIN *", "S: " + answer});
    if (answer.starts_with("A1 OK")) {
      script.lines.insert(script.lines.end(), {"C: A2 LOGOUT", "S: * BYE", "S: A2 OK"});
    }
    return script;
  }
  void Put(const std::string& port, Scripts scripts) {
    servers_[port] = std::make_unique<LoopbackServer>(Tls(), std::move(scripts));
    Serve(port, *servers_[port]);
  }
  // All mail ports greet `times` times; imaps then also takes the logins, one after each of its last greetings.
  void MailGreets(std::size_t times, const Scripts& logins) {
    Put("smtp", Scripts(times, {"S: 220 mail"}));
    Put("submission", Scripts(times, {"S: 220 mail"}));
    Put("smtps", Scripts(times, {"S! tls", "S: 220 mail"}));
    Put("imap", Scripts(times, {"S: * OK hi"}));
    Put("sieve", Scripts(times, {"S: \"SASL\" \"\"", "S: OK"}));
    Scripts imaps;
    for (std::size_t i = 0; i < times; ++i) {
      imaps.push_back({"S! tls", "S: * OK hi"});
      if (times - i <= logins.size()) imaps.push_back(logins[logins.size() - (times - i)]);
    }
    Put("imaps", imaps);
  }
  void HttpAnswers(std::size_t times, Scripts more = {}) {
    Scripts https, http;
    for (std::size_t i = 0; i < times; ++i) {
      LoopbackServer::Script secure = Http(200);
      secure.lines.insert(secure.lines.begin(), "S! tls");
      https.push_back(secure);
      http.push_back(Http(200));
      http.push_back(Http(200));
    }
    http.insert(http.end(), more.begin(), more.end());
    Put("https", https);
    Put("http", http);
  }
  // What the cluster knows, asked when something is not yet so.
  void ExpectLook() { kube_.Expect("GET *pods", 200, ListOf({})); }

  std::map<std::string, std::unique_ptr<LoopbackServer>> servers_;
};

TEST_F(UsableTest, AllPortsTheProbesAndALoginAndThenTheBaseline) {
  MailGreets(1, {Login()});
  HttpAnswers(1);
  ExpectReadyPod();
  ExpectBaseline("claim-1", "pv-1", {PodObject("pod-1", "container-1", 4)});
  const auto note = Run("wait.usable: {because: restart}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("after 0ms"));
  EXPECT_EQ(world_.baseline.claim_uid, "claim-1");
  EXPECT_EQ(world_.baseline.volume, "pv-1");
  EXPECT_EQ(world_.baseline.pod_uid, "pod-1");
  EXPECT_EQ(world_.baseline.container_id, "container-1");
  EXPECT_EQ(world_.baseline.restarts, 4);
  EXPECT_THAT(servers_["http"]->received().at(0), HasSubstr("GET /healthz/live"));
  EXPECT_THAT(servers_["http"]->received().at(1), HasSubstr("GET /healthz/ready"));
}

TEST_F(UsableTest, ProvisionsBeforeTheLogin) {
  MailGreets(1, {Login()});
  HttpAnswers(1, Scripts(6, Http(200, "{}")));
  ExpectReadyPod();
  ExpectBaseline("claim-1", "pv-1", {PodObject("pod-1", "container-1", 0)});
  EXPECT_THAT(Run("wait.usable: {provision: true}"), Succeeds());
  EXPECT_EQ(servers_["http"]->received().size(), 8u);
}

TEST_F(UsableTest, WithoutAClaimTheBaselineHasNone) {
  MailGreets(1, {Login()});
  HttpAnswers(1);
  ExpectReadyPod();
  ExpectBaseline("", "", {PodObject("pod-1", "container-1", 0)});
  ASSERT_THAT(Run("wait.usable: {}"), Succeeds());
  EXPECT_EQ(world_.baseline.claim_uid, "");
}

TEST_F(UsableTest, TheBaselineIsWaitedForWhileTheApiIsNotItself) {
  MailGreets(1, {Login()});
  HttpAnswers(1);
  ExpectReadyPod();
  kube_.Expect("GET *persistentvolumeclaims/stalwart", 403, R"({"message": "forbidden"})");
  ExpectBaseline("claim-1", "pv-1", {});
  ExpectBaseline("claim-1", "pv-1", {PodObject("pod-1", "container-1", 0)});
  ASSERT_THAT(Run("wait.usable: {}"), Succeeds());
  EXPECT_EQ(world_.baseline.pod_uid, "pod-1");
  EXPECT_EQ(clock_.Elapsed(), Duration(2'000));
}

TEST_F(UsableTest, PortsThatAnswerForAPodThatIsNotReadyAreNotEnough) {
  nlohmann::json restarted = PodObject("pod-1", "container-2", 1);
  restarted["status"]["conditions"][0]["status"] = "False";
  MailGreets(6, {Login(), Login(), Login(), Login(), Login(), Login()});
  HttpAnswers(1);
  kube_.Expect(kPods, 200, ListOf({restarted}));
  ExpectReadyPod();
  ExpectBaseline("claim-1", "pv-1", {PodObject("pod-1", "container-2", 1)});
  ASSERT_THAT(Run("wait.usable: {}"), Succeeds());
  EXPECT_EQ(world_.baseline.restarts, 1);
  EXPECT_EQ(clock_.Elapsed(), Duration(1'000));
}

TEST_F(UsableTest, TheReasonJoinsThePortWithTheCluster) {
  Put("smtp", Scripts(3, {"S! close"}));
  ExpectLook();
  const Status waited = WaitUntilUsable(world_, {.because = "install"}, Deadline::In(clock_, Duration(400)));
  EXPECT_THAT(waited,
              FailsWith(ErrorKind::kTimeout, AllOf(HasSubstr("usable release after install not reached within 400ms"),
                                                   HasSubstr("port smtp: "), HasSubstr(" <- "),
                                                   // The last look, at the deadline, is a real one.
                                                   Not(HasSubstr("within 0ms")))));
}

TEST_F(UsableTest, AnApiServerThatIsAwayIsPartOfTheReasonOnly) {
  Put("smtp", Scripts(2, {"S! close"}));
  kube_.Expect("GET *", Error(ErrorKind::kTransport, "connection refused"));
  EXPECT_THAT(WaitUntilUsable(world_, {}, Deadline::In(clock_, Duration(100))),
              FailsWith(ErrorKind::kTimeout, HasSubstr("the API server does not answer")));
}

class HopelessPodTest : public UsableTest {
 protected:
  // A pod whose image is not there, and one of the chart's tests beside it.
  void ExpectHopelessPod() {
    nlohmann::json pod = PodObject("pod-1", "c", 0);
    pod["status"]["conditions"][0]["status"] = "False";
    pod["status"]["containerStatuses"][0]["state"]["waiting"] = {{"reason", "ErrImageNeverPull"},
                                                                 {"message", "image is not present"}};
    pod["metadata"]["ownerReferences"] = {{{"kind", "ReplicaSet"}, {"name", "stalwart-5d4f"}}};
    nlohmann::json test = pod;
    test["metadata"]["ownerReferences"] = nlohmann::json::array();
    Put("smtp", Scripts(21, {"S! close"}));
    kube_.Expect("GET *pods", 200, ListOf({test, pod}));
    kube_.Expect("GET *events", 200, ListOf({}));
    kube_.Expect("GET *deployments", 200, ListOf({}));
    kube_.Expect("GET *pods", 200, ListOf({pod}));
    kube_.Expect("GET *persistentvolumeclaims", 200, ListOf({}));
  }
};

TEST_F(HopelessPodTest, EndsTheWaitEarly) {
  ExpectHopelessPod();
  const auto waited = Run("wait.usable: {}");
  EXPECT_THAT(waited, FailsWith(ErrorKind::kExpectation, HasSubstr("ErrImageNeverPull")));
  EXPECT_EQ(waited.error().reason(), "ImageNotOnNode");
  EXPECT_EQ(clock_.Elapsed(), Duration(4'000)) << "five looks, one a second";
}

TEST_F(HopelessPodTest, MayBeWhatIsWantedForThatReasonOnly) {
  ExpectHopelessPod();
  ExpectNewestPod({PodObject("pod-2", "", 0)});
  const auto note = Run("wait.hopeless: {reason: ImageNotOnNode, says: [ErrImageNeverPull]}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("hopeless with ImageNotOnNode"));
  EXPECT_EQ(world_.baseline.pod_uid, "pod-2") << "the next wait.replaced is for its end";
  ExpectHopelessPod();
  EXPECT_THAT(Run("wait.hopeless: {reason: CrashLoop}"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("ought to end as hopeless with CrashLoop")));
}

TEST_F(UsableTest, AccountsThatAreGoneEndTheWaitAfterAWhile) {
  const LoopbackServer::Script refused = Login("A1 NO [AUTHENTICATIONFAILED] unknown user");
  MailGreets(2, {refused, refused});
  HttpAnswers(1);
  ExpectLook();
  bool jumped = false;
  clock_.on_advance = [&](TimePoint) {
    if (!std::exchange(jumped, true)) clock_.Advance(Duration(21'000));
  };
  EXPECT_THAT(Run("wait.usable: {}"),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("the account user1@example.org that was made before can't log in"),
                              HasSubstr("is the volume mounted"), HasSubstr("unknown user"))));
}

TEST_F(UsableTest, HttpThatWasFineIsNotAskedAgain) {
  MailGreets(2, {Login("A1 NO [AUTHENTICATIONFAILED] not yet"), Login()});
  HttpAnswers(1);
  ExpectLook();
  ExpectReadyPod();
  ExpectBaseline("claim-1", "pv-1", {PodObject("pod-1", "container-1", 0)});
  EXPECT_THAT(Run("wait.usable: {}"), Succeeds());
  EXPECT_EQ(clock_.Elapsed(), Duration(200));
  EXPECT_EQ(servers_["http"]->received().size(), 2u) << "live and ready, each once";
}

TEST_F(UsableTest, FailingHttpIsAskedEveryFourSecondsOnly) {
  // 20 probes, and the one at four seconds that asks again; the mail ports are looked at in each.
  MailGreets(21, {Login()});
  LoopbackServer::Script bad = Http(429, "slow down");
  LoopbackServer::Script secure = Http(200);
  secure.lines.insert(secure.lines.begin(), "S! tls");
  Put("https", {secure, secure});
  Put("http", {bad, Http(200), Http(200)});
  ExpectLook();
  ExpectReadyPod();
  ExpectBaseline("claim-1", "pv-1", {PodObject("pod-1", "container-1", 0)});
  const Status waited = WaitUntilUsable(world_, {}, Deadline::In(clock_, Duration(60'000)));
  ASSERT_THAT(waited, Succeeds());
  EXPECT_EQ(clock_.Elapsed(), Duration(4'000));
}

TEST_F(UsableTest, TheReasonStaysWhileHttpIsLeftAlone) {
  MailGreets(3, {});
  LoopbackServer::Script secure = Http(200);
  secure.lines.insert(secure.lines.begin(), "S! tls");
  Put("https", {secure});
  Put("http", {Http(503, "starting")});
  ExpectLook();
  EXPECT_THAT(
      WaitUntilUsable(world_, {}, Deadline::In(clock_, Duration(400))),
      FailsWith(ErrorKind::kTimeout, HasSubstr("all mail ports greet; HTTP: /healthz/live says 503: starting")));
}

TEST_F(UsableTest, AnInterruptIsNoReasonToWaitOn) {
  Put("smtp", {});
  interrupt_.Request();
  EXPECT_THAT(Run("wait.usable: {}"), FailsWith(ErrorKind::kInterrupted, testing::_));
}

}  // namespace
}  // namespace e2e
