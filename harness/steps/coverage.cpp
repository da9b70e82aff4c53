#include "steps/coverage.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/text.h"
#include "base/yaml.h"
#include "scenario/mutant.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr std::string_view kValue = "value ";
constexpr std::string_view kScenario = "scenario ";
constexpr std::string_view kValuesOf = ".Values.";

std::string ValueItem(const std::string& name) {
  return std::string(kValue) + name;
}

// The values that a template's text names: ".Values.persistence.size".
std::set<std::string> NamedIn(const std::string& text) {
  std::set<std::string> names;
  for (std::size_t at = text.find(kValuesOf); at != std::string::npos; at = text.find(kValuesOf, at)) {
    at += kValuesOf.size();
    const auto begin = text.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end = std::find_if_not(
        begin, text.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.'; });
    names.insert(std::string(begin, end));
  }
  return names;
}

// Whether what is set under `name` sets the value `leaf`, or something in it.
bool Sets(const std::string& name, const std::string& leaf) {
  return name == leaf || name.starts_with(leaf + ".");
}

class Judge {
 public:
  explicit Judge(const CoverageInput& input)
      : input_(input), renders_(input.chart, input.root, input.scratch, input.render) {}

  Outcome<Coverage> Cover() {
    E2E_CHECK(AddItems(), "the chart's surface");
    for (const CompiledScenario& compiled : input_.mutants) AddMutant(compiled);
    for (const Deciding& deciding : input_.reviewed.deciding) AddDeciding(deciding);
    for (const Unguarded& unguarded : input_.reviewed.unguarded) AddUnguarded(unguarded);
    for (const auto& [item, mutants] : coverage_.guards) {
      if (mutants.empty() && !coverage_.listed.contains(item)) {
        Red(fmt::format("{}: no mutant breaks it{}", item, PlaceOf(item)));
      }
    }
    return std::move(coverage_);
  }

 private:
  Status AddItems() {
    for (const Case& one : CasesOf(input_.chart)) {
      E2E_TRY(const Surface surface, renders_.OfCase(one), "rendering");
      for (const auto& [part, content] : surface) {
        if (coverage_.guards.try_emplace(part).second) places_[part] = one.name;
      }
    }
    E2E_TRY(const YamlNode values, YamlNode::ParseFile((input_.chart / "values.yaml").string()), "the chart's values");
    for (const std::string& name : ValueNames(values.ToJson())) coverage_.guards[ValueItem(name)];
    for (const std::string& id : input_.scenarios) coverage_.guards[std::string(kScenario) + id];
    return {};
  }

  void AddMutant(const CompiledScenario& compiled) {
    const Mutant& mutant = *compiled.scenario.mutant;
    Guard(std::string(kScenario) + mutant.killer.scenario, mutant.id);
    const auto touched = renders_.TouchedBy(compiled);
    if (!touched) {
      Red(fmt::format("mutant {}: {}", mutant.id, touched.error().Render()));
      return;
    }
    for (const std::string& part : *touched) Guard(part, mutant.id);
    std::set<std::string> named;
    for (const ChartEdit& edit : mutant.edits) named.merge(NamedIn(edit.replace));
    for (const std::string& name : ValueNames(mutant.values)) named.insert(name);
    for (const auto& [item, mutants] : coverage_.guards) {
      if (!item.starts_with(kValue)) continue;
      const std::string leaf = item.substr(kValue.size());
      if (std::any_of(named.begin(), named.end(), [&](const auto& name) { return Sets(name, leaf); })) {
        coverage_.guards[item].insert(mutant.id);
      }
    }
  }

  void AddDeciding(const Deciding& deciding) {
    const auto part = coverage_.guards.find(deciding.part);
    if (part == coverage_.guards.end()) {
      Stale(deciding.where, deciding.part, "the chart has no such part");
      return;
    }
    for (const std::string& name : deciding.values) {
      const auto value = coverage_.guards.find(ValueItem(name));
      if (value == coverage_.guards.end()) {
        Stale(deciding.where, name, "the chart has no such value");
      } else {
        value->second.insert(part->second.begin(), part->second.end());
      }
    }
  }

  void AddUnguarded(const Unguarded& unguarded) {
    for (const std::string& item : unguarded.items) {
      const auto at = coverage_.guards.find(item);
      if (at == coverage_.guards.end()) {
        Stale(unguarded.where, item, "there is no such item");
      } else if (!at->second.empty()) {
        Stale(unguarded.where, item, fmt::format("mutant {} breaks it", *at->second.begin()));
      } else if (!coverage_.listed.insert(item).second) {
        Stale(unguarded.where, item, "it stands there twice");
      }
    }
  }

  void Guard(const std::string& item, const std::string& mutant) {
    const auto at = coverage_.guards.find(item);
    if (at != coverage_.guards.end()) at->second.insert(mutant);
  }
  void Stale(const SourceLocation& where, const std::string& item, const std::string& why) {
    Red(fmt::format("{}: \"{}\" is out of date: {}", where.Text(), item, why));
  }
  void Red(std::string line) { coverage_.red.push_back(std::move(line)); }
  std::string PlaceOf(const std::string& part) const {
    const auto at = places_.find(part);
    return at == places_.end() ? "" : fmt::format(" ({})", at->second);
  }

  const CoverageInput& input_;
  MutantRenders renders_;
  // Of parts, the first case that renders them.
  std::map<std::string, std::string> places_;
  Coverage coverage_;
};

}  // namespace

Outcome<Coverage> Cover(const CoverageInput& input) {
  return Judge(input).Cover();
}

json ToJson(const Coverage& coverage) {
  const auto guarded = std::count_if(coverage.guards.begin(), coverage.guards.end(),
                                     [](const auto& item) { return !item.second.empty(); });
  return {{"items", coverage.guards.size()},
          {"guarded", guarded},
          {"listed", coverage.listed.size()},
          {"red", coverage.red},
          {"guards", coverage.guards}};
}

}  // namespace e2e
