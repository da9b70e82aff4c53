// helm.test: the chart's own tests.
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class HelmTestsTest : public WorldFixture {
 protected:
  void ExpectHooks(const std::string& name_label = "stalwart-test") {
    runner_.Expect(
        "helm get hooks stalwart --namespace e2e",
        FakeCommandRunner::Success("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: stalwart-test}\n---\n"
                                   "apiVersion: v1\nkind: Pod\nmetadata:\n  name: stalwart-test-ports\n"
                                   "  labels: {app.kubernetes.io/name: " +
                                   name_label + ", app.kubernetes.io/instance: stalwart}\n"));
  }
  static std::string Suite(const std::string& phase) {
    return "NAME: stalwart\nTEST SUITE:     stalwart-test\nPhase:          Succeeded\n"
           "TEST SUITE:     stalwart-test-ports\nLast Started:   now\nPhase:          " +
           phase + "\n";
  }
  void ExpectRun(bool passes) {
    CommandResult result = passes ? FakeCommandRunner::Success(Suite("Succeeded"))
                                  : FakeCommandRunner::Failure(1, "Error: pod stalwart-test-ports failed");
    if (!passes) result.out = Suite("Failed");
    runner_.Expect("helm test stalwart --namespace e2e", result);
  }
  void ExpectTraffic(const std::string& endpoint = "stalwart-x") {
    kube_.Expect("GET /api/v1/namespaces/e2e/services/stalwart", 200,
                 R"({"spec": {"selector": {"app.kubernetes.io/name": "stalwart",
                                           "app.kubernetes.io/instance": "stalwart"}}})");
    kube_.Expect("GET *endpointslices?*", 200,
                 ListOf({{{"endpoints", {{{"addresses", {"10.0.0.1"}}, {"targetRef", {{"name", endpoint}}}}}}}}));
  }
  void ExpectLog(const std::string& log) {
    kube_.Expect("GET /api/v1/namespaces/e2e/pods/stalwart-test-ports/log", 200, log);
  }
};

TEST_F(HelmTestsTest, AllPass) {
  ExpectHooks();
  ExpectRun(true);
  ExpectTraffic();
  const auto note = Run("helm.test: {}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "1 tests passed: stalwart-test Succeeded, stalwart-test-ports Succeeded");
}

TEST_F(HelmTestsTest, AFailureShowsItsLog) {
  ExpectHooks();
  ExpectRun(false);
  ExpectTraffic();
  ExpectLog("port sieve: no answer\n");
  EXPECT_THAT(Run("helm.test: {}"),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("stalwart-test-ports Failed"), HasSubstr("pod stalwart-test-ports failed"),
                              HasSubstr("port sieve: no answer"))));
}

TEST_F(HelmTestsTest, AFailureMayBeWhatIsWanted) {
  ExpectHooks();
  ExpectRun(false);
  ExpectTraffic();
  ExpectLog("port sieve: no answer\n");
  EXPECT_THAT(Run("helm.test: {fails: port sieve}"), Succeeds());
  ExpectHooks();
  ExpectRun(false);
  ExpectTraffic();
  ExpectLog("port imap: no answer\n");
  EXPECT_THAT(Run("helm.test: {fails: port sieve}"),
              FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("does not say"), HasSubstr("port imap"))));
  ExpectHooks();
  ExpectRun(true);
  ExpectTraffic();
  EXPECT_THAT(Run("helm.test: {fails: port sieve}"), FailsWith(ErrorKind::kExpectation, HasSubstr("must fail")));
}

TEST_F(HelmTestsTest, AChartWithoutTestsProvesNothing) {
  runner_.Expect("helm get hooks *", FakeCommandRunner::Success("---\nkind: ConfigMap\nmetadata: {name: x}\n"));
  EXPECT_THAT(Run("helm.test: {}"), FailsWith(ErrorKind::kExpectation, "the chart has no test"));
  ExpectHooks();
  runner_.Expect("helm test *", FakeCommandRunner::Success("NAME: stalwart\nTEST SUITE: None\n"));
  EXPECT_THAT(Run("helm.test: {}"), FailsWith(ErrorKind::kExpectation, "no test was run"));
}

TEST_F(HelmTestsTest, ATestsPodMustNotGetMail) {
  ExpectHooks("stalwart");
  ExpectRun(true);
  ExpectTraffic();
  EXPECT_THAT(Run("helm.test: {}"), FailsWith(ErrorKind::kExpectation, HasSubstr("selector matches the pod of test")));
  ExpectHooks();
  ExpectRun(true);
  ExpectTraffic("stalwart-test-ports");
  EXPECT_THAT(Run("helm.test: {}"), FailsWith(ErrorKind::kExpectation, HasSubstr("is an endpoint of the Service")));
}

TEST_F(HelmTestsTest, AHelmThatCouldNotRunThemIsNoFailureOfATest) {
  ExpectHooks();
  runner_.Expect("helm test *", FakeCommandRunner::Failure(1, "Error: release: not found"));
  EXPECT_THAT(Run("helm.test: {fails: x}"), FailsWith(ErrorKind::kCommandFailed, HasSubstr("not found")));
}

}  // namespace
}  // namespace e2e
