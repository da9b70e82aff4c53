#include "steps/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "steps/variables.h"

namespace e2e {
namespace {

// The sort of what texts may refer to.
constexpr std::string_view kVariable = "value ";

std::vector<StepKind> Collect() {
  std::vector<StepKind> all;
  for (auto family :
       {HelmSteps,     ReleaseSteps, WaitSteps,     EndpointSteps, HttpSteps,  TlsSteps,         MailSteps,
        FindSteps,     LoginSteps,   LimitSteps,    TrafficSteps,  ImapSteps,  SieveSteps,       JmapSteps,
        DialogueSteps, KubeSteps,    ManifestSteps, ExecSteps,     FaultSteps, VolumeFaultSteps, OutageSteps,
        VolumeSteps,   ServerSteps,  ChartSteps,    CheckSteps}) {
    for (StepKind& kind : family()) all.push_back(std::move(kind));
  }
  return all;
}

Error UnknownKind(const StepSpec& spec, const std::vector<StepKind>& kinds) {
  std::vector<std::string> names;
  for (const StepKind& kind : kinds) names.push_back(kind.name);
  const auto near = Nearest(spec.kind, names);
  return Error(ErrorKind::kBadScenario, fmt::format("there is no step \"{}\"{}", spec.kind,
                                                    near ? fmt::format(" (did you mean \"{}\"?)", *near)
                                                         : fmt::format("; the steps are {}", Join(names, ", "))))
      .At(spec.where);
}

}  // namespace

const std::vector<StepKind>& BuiltinSteps() {
  static const std::vector<StepKind> kKinds = Collect();
  return kKinds;
}

void VisitFields(Step& step, FieldVisitor& visitor) {
  step.Fields(visitor);
  visitor.Time("within", step.within, {.help = "limit for this step"});
}

namespace {

// Types the steps of one scenario, each with what the ones before it saved.
class Compiler {
 public:
  Compiler(const std::vector<StepKind>& kinds, const Scenario& scenario, Problems& problems)
      : kinds_(kinds), scenario_(scenario), problems_(problems) {}

  std::vector<CompiledStep> AddAll(const std::vector<StepSpec>& specs) {
    std::vector<CompiledStep> steps;
    for (const StepSpec& spec : specs) {
      const auto kind =
          std::find_if(kinds_.begin(), kinds_.end(), [&](const StepKind& k) { return k.name == spec.kind; });
      if (kind == kinds_.end()) {
        problems_.push_back(UnknownKind(spec, kinds_));
      } else {
        steps.push_back(Add(spec, *kind));
      }
    }
    return steps;
  }

 private:
  CompiledStep Add(const StepSpec& spec, const StepKind& kind) {
    auto step = kind.make();
    step->within = kind.within;
    const std::size_t before = problems_.size();
    YamlFields fields(spec.args, spec.kind, problems_, &variables_);
    VisitFields(*step, fields);
    fields.Finish();
    if (problems_.size() == before) Problem(spec, step->Check());
    for (StepBlock* block : step->Blocks()) AddBlock(spec, *block);
    CheckScenario(spec, *step);
    for (const std::string& name : step->Needs()) {
      // A missing name was told already, as a missing field.
      if (name.ends_with(' ') || saved_.contains(name)) continue;
      Problem(spec, fmt::format("{} needs the {}, which no step before it saves", spec.kind, name));
    }
    for (const std::string& name : step->Saves()) {
      saved_.insert(name);
      if (name.starts_with(kVariable)) variables_.push_back(name.substr(kVariable.size()));
    }
    return {spec.kind, spec.where, std::move(step), kind.checks, kind.breaks};
  }

  void AddBlock(const StepSpec& spec, StepBlock& block) {
    const std::size_t before = problems_.size();
    Compiler inner = *this;
    block.steps = inner.AddAll(block.specs);
    if (problems_.size() > before || block.specs.empty()) return;
    const auto checks = [](const CompiledStep& step) { return step.checks; };
    const auto holds_blocks = [](const CompiledStep& step) { return !step.step->Blocks().empty(); };
    if (std::any_of(block.steps.begin(), block.steps.end(), holds_blocks)) {
      Problem(spec, spec.kind + " stands by itself, not within another");
    } else if (std::none_of(block.steps.begin(), block.steps.end(), checks)) {
      Problem(spec, spec.kind + " has steps, but none of them checks anything");
    }
  }

  // What the step asks of the scenario as a whole.
  void CheckScenario(const StepSpec& spec, const Step& step) {
    if (step.HitsCluster() && !scenario_.exclusive) {
      Problem(spec, spec.kind + " hits every release of the cluster, so the scenario needs \"exclusive: true\"");
    }
    if (step.HitsOwnVolume() && scenario_.install.volume_size == 0) {
      Problem(spec, spec.kind + " would hit the node's disk, so the scenario needs a volume of its own, such as " +
                        "\"install: {volume: {size: 256MiB}}\"");
    }
  }

  void Problem(const StepSpec& spec, const std::string& mistake) {
    if (!mistake.empty()) problems_.push_back(Error(ErrorKind::kBadScenario, mistake).At(spec.where));
  }

  const std::vector<StepKind>& kinds_;
  const Scenario& scenario_;
  Problems& problems_;
  std::set<std::string> saved_;
  std::vector<std::string> variables_ = FixedVariables();
};

}  // namespace

std::optional<CompiledScenario> Compile(Scenario scenario, const std::vector<StepKind>& kinds, Problems& problems) {
  const std::size_t before = problems.size();
  CompiledScenario compiled;
  compiled.steps = Compiler(kinds, scenario, problems).AddAll(scenario.steps);
  if (problems.size() > before) return std::nullopt;
  compiled.scenario = std::move(scenario);
  return compiled;
}

}  // namespace e2e
