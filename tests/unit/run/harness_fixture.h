// HarnessFixture: a Harness whose kind, helm and docker are played, and whose API server is a loopback server.
#pragma once

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "run/harness.h"
#include "support/fake_clock.h"
#include "support/loopback_server.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {

// Does what kind and helm do as far as the harness looks at it; everything else succeeds without a word.
class ClusterRunner : public CommandRunner {
 public:
  Outcome<CommandResult> Run(const Command& command, Deadline) override {
    const std::string line = Join(command.argv, " ");
    ran.push_back(line);
    if (!failing.empty() && GlobMatch(failing, line))
      return CommandResult{Exited{1}, "", "it is broken\n", Duration(1)};
    std::string out;
    if (line.starts_with("kind create cluster")) {
      for (std::size_t i = 0; i + 1 < command.argv.size(); ++i) {
        if (command.argv[i] == "--kubeconfig") std::ofstream(command.argv[i + 1]) << kubeconfig;
      }
    } else if (line.starts_with("helm version")) {
      out = "v3.22.0";
    } else if (line.starts_with("helm install")) {
      out =
          R"({"version": 1, "info": {"status": "deployed"}, "chart": {"metadata": {"name": "stalwart", "version": "0.1.0"}}})";
    }
    return CommandResult{Exited{0}, out, "", Duration(1)};
  }
  // How many commands matched.
  long Count(const std::string& pattern) const {
    return std::count_if(ran.begin(), ran.end(), [&](const std::string& line) { return GlobMatch(pattern, line); });
  }

  std::vector<std::string> ran;
  // Commands that match it fail.
  std::string failing;
  std::string kubeconfig;
};

class RecordingLog : public Log {
 public:
  void Info(std::string_view line) override { text += std::string(line) + "\n"; }
  void Debug(std::string_view) override {}
  void Warn(std::string_view line) override { text += "warning: " + std::string(line) + "\n"; }
  std::string text;
};

class HarnessFixture : public testing::Test {
 protected:
  HarnessFixture() {
    options_.scenarios = dir_ / "scenarios";
    options_.chart = dir_ / "chart";
    options_.cache = dir_ / "cache";
    options_.tools = {.docker = "docker", .kind = "kind", .helm = "helm"};
    options_.cluster_config = dir_.Write("cluster.yaml", "kind: Cluster\nnodes: [{role: control-plane}]\n");
    options_.node_image = "node:1";
    options_.lanes = 1;
    info_.run_id = "unit-" + std::to_string(getpid());
    info_.folder = dir_ / "run";
  }
  // An API server that gives these answers to its first requests and refuses the rest.
  void ApiServer(const std::vector<std::string>& answers) {
    std::vector<LoopbackServer::Script> scripts;
    for (const std::string& answer : answers) {
      scripts.push_back({"S! tls", "C! http",
                         "S+ HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: " +
                             std::to_string(answer.size()) + "\\r\\n\\r\\n" + answer});
    }
    api_ = std::make_unique<LoopbackServer>(LoopbackServer::Options{certificate_, ""}, scripts);
    const std::string cert = Base64Encode(certificate_.cert_pem), key = Base64Encode(certificate_.key_pem);
    runner_.kubeconfig = "clusters: [{cluster: {server: 'https://127.0.0.1:" + std::to_string(api_->port()) +
                         "', certificate-authority-data: " + cert +
                         "}}]\nusers: [{user: {client-certificate-data: " + cert + ", client-key-data: " + key +
                         "}}]\n";
  }
  bool LeaseLeft() const {
    const std::filesystem::path folder = dir_ / "cache/leases";
    if (!std::filesystem::exists(folder)) return false;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().string().find(info_.run_id) != std::string::npos) return true;
    }
    return false;
  }

  TempDir dir_;
  const TestCertificate certificate_ = MakeTestCertificate({"IP:127.0.0.1"});
  std::unique_ptr<LoopbackServer> api_;
  FakeClock clock_;
  Interrupt interrupt_;
  const Interrupt calm_;
  ClusterRunner runner_;
  RecordingLog log_;
  RunOptions options_;
  RunInfo info_;
  const Servers servers_ = *FindServers("reference", "registry.example.net:5000/mail:7", "fake-0.16", "fake:2");
  const RunContext context_{options_, info_, servers_, clock_, interrupt_, runner_, clock_, calm_, runner_};
};

}  // namespace e2e
