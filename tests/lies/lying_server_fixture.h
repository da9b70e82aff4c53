// LyingServerFixture: a provisioned FakeServer, and a World in which the harness meets it. Time is the machine's.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "lies/fake_server.h"
#include "steps/world.h"
#include "support/fake_command_runner.h"
#include "support/fake_kube_transport.h"
#include "support/outcome_matchers.h"

namespace e2e {

class LyingServerFixture : public testing::Test {
 protected:
  // Leaves a server without throttles, with listeners and accounts, that does not run.
  void SetUp() override;

  // Starts it and waits until every port greets.
  void Serve(const std::vector<std::string>& lies);
  void AwaitGreetings();
  // The status of a health endpoint; 0 when nothing listens.
  int Health(const std::string& path);
  void AwaitHealth(const std::string& path);
  // Only a test that hangs comes so far.
  Deadline Limit() const { return Deadline::In(clock_, Duration(40'000)); }

  FakeServer server_;
  const TempDir artifacts_;
  Interrupt interrupt_;
  SystemClock clock_{interrupt_};
  NullLog log_;
  Transcript transcript_{clock_};
  HttpClient http_{clock_, interrupt_};
  // Nothing of a cluster is there.
  FakeKubeTransport kube_;
  KubeApi api_{kube_, clock_};
  FakeCommandRunner runner_;
  const Tools tools_{.docker = "docker", .kind = "kind", .helm = "helm"};
  HelmRelease helm_{
      runner_, {.tools = tools_, .kubeconfig = "kc", .run_dir = artifacts_.path(), .ns = "e2e", .name = "stalwart"}};
  Node node_{runner_, tools_, "node"};
  const Servers servers_ = *FindServers("fake-0.16", "fake:1", "", "");
  World world_{.clock = clock_,
               .interrupt = interrupt_,
               .log = log_,
               .transcript = transcript_,
               .http = http_,
               .api = api_,
               .helm = helm_,
               .node = node_,
               .servers = servers_,
               .server = &servers_.main,
               .ns = "e2e",
               .release = "stalwart",
               .endpoints = {},
               .node_ports = {},
               .admin_password = FakeServer::kAdminPassword,
               .accounts = {},
               .values = {},
               .chart = "chart",
               .artifacts = artifacts_.path()};

 private:
  void MakeListeners();
};

}  // namespace e2e
