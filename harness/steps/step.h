// Step: one typed action or check of a scenario. A new need becomes a new kind of step.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "scenario/fields.h"
#include "scenario/scenario.h"

namespace e2e {

struct World;
class Step;

struct CompiledStep {
  std::string kind;
  SourceLocation where;
  std::unique_ptr<Step> step;
  // As in its StepKind.
  bool checks = false;
  bool breaks = false;
};

// Steps within a step: as the scenario has them, and typed once the step is compiled.
struct StepBlock {
  std::vector<StepSpec> specs;
  std::vector<CompiledStep> steps;
};

// What a check says of itself in a report.
struct CheckInfo {
  std::string id;    // S03
  std::string rfc;   // the source of the rule
  std::string says;  // what holds
  // What this server is known to do instead, and did; empty: it holds. Known once the check has run.
  std::string finding;
};

class Step {
 public:
  virtual ~Step() = default;
  // Shows every field to `visitor`; the variables hold the defaults.
  virtual void Fields(FieldVisitor& visitor) = 0;
  // What is wrong with the fields taken together, each being right by itself; empty: nothing.
  virtual std::string Check() const { return ""; }
  // What this step keeps for later steps, and what it needs of earlier ones: its sort and its name, "ledger before".
  // What is of the sort "value" can be referred to as ${name}.
  virtual std::vector<std::string> Saves() const { return {}; }
  virtual std::vector<std::string> Needs() const { return {}; }
  // Whether it hits every release of the cluster: then the scenario has to be exclusive.
  virtual bool HitsCluster() const { return false; }
  // Files that it reads, below the folder of scenarios: they have to be there before anything starts. Default: none.
  virtual std::vector<std::string> Files() const { return {}; }
  // Blocks of steps within it. What they save is theirs alone. Default: none.
  virtual std::vector<StepBlock*> Blocks() { return {}; }
  // Not null for a check: when the product fails it, the scenario goes on with its next step.
  virtual const CheckInfo* Info() const { return nullptr; }
  // Whether it strikes the scenario's own volume: then `install` has to make one.
  virtual bool HitsOwnVolume() const { return false; }
  // Gives a short line on what was seen ("200 acknowledged in 2.1s"). An Error is the scenario's end.
  virtual Outcome<std::string> Run(World& world, Deadline deadline) = 0;

  // Limit for this step; every kind has the field.
  Duration within{60'000};
};

// A row of the catalog. `family.verb` names the kind.
struct StepKind {
  std::string name;
  std::string help;
  // Limit when the scenario gives none.
  Duration within;
  std::function<std::unique_ptr<Step>()> make;
  // Looks whether the product is right. What only changes it, breaks it or remembers something does not, and a
  // scenario in which nothing was checked is no pass. Default: it does not.
  bool checks = false;
  // Breaks the product on purpose: when it succeeds it has to leave a receipt in the World. Default: it does not.
  bool breaks = false;
};

// Shows a step's own fields and the ones that every step has.
void VisitFields(Step& step, FieldVisitor& visitor);

}  // namespace e2e
