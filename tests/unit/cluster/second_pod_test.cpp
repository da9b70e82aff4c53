#include "cluster/second_pod.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <utility>

#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/fake_kube_transport.h"
#include "support/kube_objects.h"
#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr const char* kPods = "GET /api/v1/namespaces/mail/pods?labelSelector=app";
constexpr const char* kWatch = "GET /api/v1/namespaces/mail/pods?labelSelector=app&watch=1*";
constexpr const char* kScale = "PATCH */deployments/stalwart";

class SecondPodTest : public testing::Test {
 protected:
  // What the API says of the pods at one look after the other.
  void ExpectLooks(const std::vector<std::vector<json>>& looks) {
    bool first = true;
    for (const std::vector<json>& pods : looks) {
      if (!std::exchange(first, false)) kube_.Expect(kWatch, 410, "{}");
      kube_.Expect(kPods, 200, KubeList(pods));
    }
  }
  void ExpectScale() { kube_.Expect(kScale, 200, "{}"); }
  static json Ended(int exit_code) {
    json pod = WaitingPod("second", "CrashLoopBackOff", "back-off", 1);
    pod["status"]["containerStatuses"][0]["lastState"] = {{"terminated", {{"exitCode", exit_code}}}};
    return pod;
  }
  Outcome<SecondPod> Add() {
    return AddSecondPod({api_, node_, "mail", "app"}, "stalwart", Deadline::In(clock_, Duration(60'000)));
  }

  FakeClock clock_;
  FakeKubeTransport kube_;
  FakeCommandRunner runner_;
  KubeApi api_{kube_, clock_};
  Node node_{runner_, {.docker = "docker"}, "n"};
  const json first_ = RunningPod("first", "1", "id");
};

TEST_F(SecondPodTest, IsRefusedWhenItsServerEnds) {
  // Stalwart 0.15 ends with 0 when its volume is in use.
  for (const int exit_code : {0, 1}) {
    ExpectLooks({{first_}});
    ExpectScale();
    ExpectLooks({{first_}, {first_, WaitingPod("second", "ContainerCreating", "")}, {first_, Ended(exit_code)}});
    ExpectScale();
    ExpectLooks({{first_, Ended(exit_code)}, {first_}});
    const auto receipt = Add();
    ASSERT_THAT(receipt, Succeeds());
    EXPECT_EQ(receipt->Text(),
              "beside pod first a second pod second (uid uid-second) was never ready, its container "
              "stalwart ended with " +
                  std::to_string(exit_code));
  }
  std::vector<int> replicas;
  for (const KubeRequest& request : kube_.requests) {
    if (request.method == "PATCH") replicas.push_back(json::parse(request.body)["spec"]["replicas"]);
  }
  EXPECT_THAT(replicas, testing::ElementsAre(2, 1, 2, 1));
}

TEST_F(SecondPodTest, OneThatServesIsAFault) {
  ExpectLooks({{first_}});
  ExpectScale();
  ExpectLooks({{first_, RunningPod("second", "2", "other")}});
  ExpectScale();
  EXPECT_THAT(Add(), FailsWith(ErrorKind::kExpectation,
                               HasSubstr("pod second serves from the volume that pod first serves from")));
}

TEST_F(SecondPodTest, TheFirstOneMustGoOn) {
  ExpectLooks({{first_}});
  ExpectScale();
  ExpectLooks({{RunningPod("first", "1", "another", 1), Ended(1)}});
  ExpectScale();
  EXPECT_THAT(Add(), FailsWith(ErrorKind::kExpectation, HasSubstr("had the volume first, does not go on")));
}

TEST_F(SecondPodTest, TheFirstOneMustBeTheOneThatStays) {
  ExpectLooks({{first_}});
  ExpectScale();
  ExpectLooks({{first_, Ended(1)}});
  ExpectScale();
  ExpectLooks({{Ended(1)}});
  EXPECT_THAT(Add(), FailsWith(ErrorKind::kExpectation, HasSubstr("does not go on")));
}

TEST_F(SecondPodTest, WithoutOneThereIsNoReceiptAndTheWayBackIsTaken) {
  ExpectLooks({{first_}});
  kube_.Expect(kScale, 403, R"({"message":"no"})");
  ExpectScale();
  EXPECT_THAT(Add(), FailsWith(ErrorKind::kInconclusive, HasSubstr("no receipt")));
}

}  // namespace
}  // namespace e2e
