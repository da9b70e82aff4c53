// ScenarioFixture: scenarios of steps that a test makes up, run on a cluster that is played.
#pragma once

#include <memory>

#include "run/scenario_runner.h"
#include "steps/world.h"
#include "unit/run/harness_fixture.h"

namespace e2e {

class ActStep : public Step {
 public:
  using Act = std::function<Outcome<std::string>(World&, Deadline)>;
  explicit ActStep(Act act) : act_(std::move(act)) {}
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override { return act_(world, deadline); }

 private:
  Act act_;
};

class ScenarioFixture : public HarnessFixture {
 protected:
  void BringUp(std::size_t api_answers) { BringUp(std::vector<std::string>(api_answers, "{}")); }
  void BringUp(const std::vector<std::string>& api_answers) {
    ApiServer(api_answers);
    ASSERT_THAT(harness_.BringUp(), Succeeds());
    runner_.ran.clear();
    access_ = harness_.access();
    scenario_runner_ = std::make_unique<ScenarioRunner>(context_, *access_, harness_.cluster().lanes().front());
  }
  // A scenario "s/<stem>" that installs, doesn't wait, and does `acts`.
  CompiledScenario Scenario(const std::string& stem, std::vector<ActStep::Act> acts) {
    CompiledScenario compiled;
    compiled.scenario.suite = "s";
    compiled.scenario.stem = stem;
    compiled.scenario.title = "T";
    compiled.scenario.where = {stem + ".yaml", 1, 1};
    compiled.scenario.install.wait = InstallWait::kNone;
    int line = 4;
    for (ActStep::Act& act : acts) {
      compiled.steps.push_back({"fake.act",
                                {stem + ".yaml", line++, 5},
                                std::make_unique<ActStep>(std::move(act)),
                                /*checks=*/true});
    }
    return compiled;
  }
  ScenarioResult Run(const std::string& stem, std::vector<ActStep::Act> acts) {
    return scenario_runner_->Run(Scenario(stem, std::move(acts)));
  }
  static Outcome<std::string> Good(World&, Deadline) { return std::string("seen"); }
  static Outcome<std::string> Bad(World&, Deadline) { return Error(ErrorKind::kExpectation, "wrong answer"); }

  Harness harness_{context_, log_};
  std::optional<ClusterAccess> access_;
  std::unique_ptr<ScenarioRunner> scenario_runner_;
};

}  // namespace e2e
