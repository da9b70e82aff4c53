// A node "n" and a release in the namespace "mail", of which every answer of API and engine is scripted.
#pragma once

#include <gtest/gtest.h>

#include <chrono>

#include "cluster/fault_target.h"
#include "cluster/kube_api.h"
#include "cluster/node.h"
#include "support/fake_clock.h"
#include "support/fake_command_runner.h"
#include "support/fake_kube_transport.h"

namespace e2e {

class FaultFixture : public testing::Test {
 protected:
  FakeClock clock_;
  FakeKubeTransport transport_;
  FakeCommandRunner runner_;
  KubeApi api_{transport_, clock_};
  Node node_{runner_, {.docker = "docker"}, "n"};
  FaultTarget target_{api_, node_, "mail", "app"};
  Deadline deadline_ = Deadline::In(clock_, std::chrono::seconds(60));
};

}  // namespace e2e
