// The checks of scenarios/conformance are shown to be able to fail: each holds on a server that speaks as
// tests/conformance/ has it, and fails on each wrong one; or it says why that takes a cluster.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <map>

#include "base/text.h"
#include "support/source_dir.h"
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;

const fs::path kSource = SourceDir();

// The checks of all scenarios, compiled once.
const std::map<std::string, CompiledStep*>& Checks() {
  static std::vector<CompiledScenario> scenarios;
  static std::map<std::string, CompiledStep*> checks;
  if (!checks.empty()) return checks;
  Problems problems;
  for (Scenario& scenario : LoadScenarios(kSource / "scenarios", problems)) {
    if (!scenario.suite.starts_with("conformance/")) continue;
    if (auto one = Compile(std::move(scenario), BuiltinSteps(), problems)) scenarios.push_back(std::move(*one));
  }
  EXPECT_EQ(Render(problems), "");
  for (CompiledScenario& scenario : scenarios) {
    for (CompiledStep& step : scenario.steps) {
      if (const CheckInfo* info = step.step->Info()) checks.emplace(info->id, &step);
    }
  }
  return checks;
}

// A server that is wrong in one place.
struct Mutant {
  std::string says, replace, with;
};

// What a server says in one check, by port and connection.
struct Play {
  std::string name, check, server;
  // Why no script can play it; empty: one does.
  std::string needs_cluster;
  // Secret that holds the server's certificate; empty: none is asked for.
  std::string secret;
  std::map<std::string, std::vector<std::string>> ports;
  std::vector<Mutant> mutants;
};

std::string TextOf(const YamlNode& node, std::string_view key, const std::string& fallback) {
  const YamlNode* value = node.Find(key);
  return value == nullptr ? fallback : value->Scalar();
}

Play PlayFrom(const std::string& name, const YamlNode& node) {
  Play play{name,
            TextOf(node, "check", name),
            TextOf(node, "server", "reference"),
            TextOf(node, "needs-cluster", ""),
            TextOf(node, "secret", ""),
            {},
            {}};
  if (const YamlNode* ports = node.Find("ports")) {
    for (const auto& [port, connections] : ports->Entries()) {
      for (const YamlNode& script : connections.Items()) play.ports[port.Scalar()].push_back(script.Scalar());
    }
  }
  if (const YamlNode* mutants = node.Find("mutants")) {
    for (const YamlNode& mutant : mutants->Items()) {
      play.mutants.push_back({TextOf(mutant, "says", ""), TextOf(mutant, "replace", ""), TextOf(mutant, "with", "")});
    }
  }
  return play;
}

std::vector<Play> Plays() {
  std::vector<Play> plays;
  for (const auto& entry : fs::recursive_directory_iterator(kSource / "tests/conformance")) {
    if (entry.path().extension() != ".yaml") continue;
    const auto document = YamlNode::ParseFile(entry.path().string());
    if (!document) {
      ADD_FAILURE() << document.error().Render();
      continue;
    }
    for (const auto& [name, node] : document->Entries()) plays.push_back(PlayFrom(name.Scalar(), node));
  }
  return plays;
}

// What the server does, of the lines of a script.
std::vector<std::string> Said(const std::string& script) {
  std::vector<std::string> said;
  for (const std::string& line : Split(script, '\n')) {
    const bool answers = line.starts_with("C! answer ") || line.starts_with("C! http ");
    if (line.starts_with("S") || answers) said.push_back(line);
  }
  return said;
}

class ConformanceTest : public MailFixture, public testing::WithParamInterface<Play> {
 protected:
  ConformanceTest() {
    world_.accounts = {{"user1@example.org", "pass-1"},
                       {"user2@example.net", "pass-2"},
                       {"user3@example.com", "pass-3"},
                       {"user4@e2e.example.org", "pass-4"}};
    world_.run_id = "run";
    world_.scenario_id = "scenario";
  }

  LoopbackServer::Script ScriptOf(const std::string& text, const Mutant* mutant) {
    LoopbackServer::Script script({});
    for (const std::string& line : Split(text, '\n')) {
      if (mutant != nullptr && line == mutant->replace) {
        ++replaced_;
        for (const std::string& wrong : Split(mutant->with, '\n')) Add(script, wrong);
      } else {
        Add(script, line);
      }
    }
    return script;
  }
  void Add(LoopbackServer::Script& script, const std::string& line) {
    if (line.empty()) return;
    const auto text = Replaced(world_, line);
    EXPECT_THAT(text, Succeeds());
    if (text) script.lines.push_back(*text);
  }

  // The check on a server that keeps to the script, but for what the mutant replaces.
  Outcome<std::string> RunCheck(const Mutant* mutant) {
    const Play& play = GetParam();
    replaced_ = 0;
    const auto patience = std::chrono::milliseconds(mutant == nullptr ? 0 : 300);
    std::map<std::string, LoopbackServer> servers;
    for (const auto& [port, texts] : play.ports) {
      std::vector<LoopbackServer::Script> scripts;
      for (const std::string& text : texts) scripts.push_back(ScriptOf(text, mutant));
      const auto [at, added] = servers.try_emplace(
          port, LoopbackServer::Options{.certificate = certificate_, .patience = patience, .parallel = true}, scripts);
      Serve(port, at->second);
    }
    if (!play.secret.empty()) {
      const nlohmann::json data = {{"tls.crt", Base64Encode(certificate_.cert_pem)}};
      kube_.Expect("GET /api/v1/namespaces/e2e/secrets/" + play.secret, 200, nlohmann::json{{"data", data}}.dump());
    }
    CompiledStep& check = *Checks().at(play.check);
    Outcome<std::string> done = RunStep(*check.step, world_, Deadline::In(clock_, check.step->within));
    for (auto& [port, server] : servers) {
      server.Stop();
      for (const std::string& failure : server.TakeFailures()) {
        if (mutant == nullptr) ADD_FAILURE() << port << ": " << failure;
      }
    }
    return done;
  }

  // "Needs a cluster" is no way out for checks that talk to the server alone.
  static void ExpectClusterStep(Step& check) {
    for (const StepBlock* block : check.Blocks()) {
      for (const CompiledStep& step : block->steps) {
        for (const char* family : {"fault.", "kube.", "helm.", "exec", "wait.", "volume."}) {
          if (step.kind.starts_with(family)) return;
        }
      }
    }
    ADD_FAILURE() << "no step of it needs a cluster";
  }

  int replaced_ = 0;
};

TEST_P(ConformanceTest, HoldsAndCanFail) {
  const Play& play = GetParam();
  ASSERT_TRUE(Checks().contains(play.check)) << "there is no check " << play.check;
  if (!play.needs_cluster.empty()) return ExpectClusterStep(*Checks().at(play.check)->step);
  const auto profile = FindProfile(play.server);
  ASSERT_THAT(profile, Succeeds());
  const ServerUnderTest server{*profile, "mail:1"};
  world_.server = &server;
  ASSERT_THAT(RunCheck(nullptr), Succeeds());
  EXPECT_FALSE(play.mutants.empty()) << "no mutant shows that it can fail";
  for (const Mutant& mutant : play.mutants) {
    const auto done = RunCheck(&mutant);
    EXPECT_NE(Said(mutant.replace), Said(mutant.with)) << "the server is no other than before: " << mutant.says;
    EXPECT_EQ(replaced_, 1) << "no line, or more than one, of the script is \"" << mutant.replace << "\"";
    ASSERT_FALSE(done) << "survived: " << mutant.says;
    EXPECT_THAT(done.error().kind(),
                testing::AnyOf(ErrorKind::kExpectation, ErrorKind::kTimeout, ErrorKind::kTransport))
        << done.error().Render();
  }
}

INSTANTIATE_TEST_SUITE_P(Checks, ConformanceTest, testing::ValuesIn(Plays()),
                         [](const auto& play) { return CamelCase(play.param.name); });

TEST(Conformance, EveryCheckHasAScriptOrSaysWhyNot) {
  std::map<std::string, const CompiledStep*> missing(Checks().begin(), Checks().end());
  for (const Play& play : Plays()) missing.erase(play.check);
  for (const auto& [id, step] : missing) ADD_FAILURE() << step->where.Text() << ": no script plays check " << id;
}

}  // namespace
}  // namespace e2e
