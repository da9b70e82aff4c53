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
       {HelmSteps, WaitSteps, EndpointSteps, MailSteps, TrafficSteps, ImapSteps, SieveSteps, JmapSteps, DialogueSteps,
        KubeSteps, ManifestSteps, ExecSteps, FaultSteps, VolumeSteps, ServerSteps, ChartSteps}) {
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
  Compiler(bool exclusive, Problems& problems) : exclusive_(exclusive), problems_(problems) {}

  CompiledStep Add(const StepSpec& spec, const StepKind& kind) {
    auto step = kind.make();
    step->within = kind.within;
    const std::size_t before = problems_.size();
    YamlFields fields(spec.args, spec.kind, problems_, &variables_);
    VisitFields(*step, fields);
    fields.Finish();
    if (problems_.size() == before) Problem(spec, step->Check());
    if (step->HitsCluster() && !exclusive_) {
      Problem(spec, spec.kind + " hits every release of the cluster, so the scenario needs \"exclusive: true\"");
    }
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

 private:
  void Problem(const StepSpec& spec, const std::string& mistake) {
    if (!mistake.empty()) problems_.push_back(Error(ErrorKind::kBadScenario, mistake).At(spec.where));
  }

  const bool exclusive_;
  Problems& problems_;
  std::set<std::string> saved_;
  std::vector<std::string> variables_ = FixedVariables();
};

}  // namespace

std::optional<CompiledScenario> Compile(Scenario scenario, const std::vector<StepKind>& kinds, Problems& problems) {
  const std::size_t before = problems.size();
  CompiledScenario compiled;
  Compiler compiler(scenario.exclusive, problems);
  for (const StepSpec& spec : scenario.steps) {
    const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const StepKind& k) { return k.name == spec.kind; });
    if (kind == kinds.end()) {
      problems.push_back(UnknownKind(spec, kinds));
      continue;
    }
    compiled.steps.push_back(compiler.Add(spec, *kind));
  }
  if (problems.size() > before) return std::nullopt;
  compiled.scenario = std::move(scenario);
  return compiled;
}

}  // namespace e2e
