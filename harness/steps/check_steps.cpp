// check: one rule that a server keeps, with the source of the rule, or what a server is known to do instead.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/proved.h"
#include "steps/server_profile.h"
#include "steps/world.h"

namespace e2e {
namespace {

std::string CheckId(const std::string& id) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '.'; };
  if (!id.empty() && std::all_of(id.begin(), id.end(), allowed)) return "";
  return fmt::format("takes letters, digits, dots and dashes, not \"{}\"", id);
}

// Servers that are known to differ, and how: it must stay true, so that a repair shows.
struct KnownFinding : FieldGroup {
  KnownFinding() = default;
  KnownFinding(KnownFinding&&) = default;  // steps can't be copied
  void Fields(FieldVisitor& visitor) override {
    visitor.Texts("servers", servers, {.help = "their profiles", .required = true, .choices = ProfileNames()});
    visitor.Text("finding", finding, {.help = "what they do instead", .required = true});
    visitor.Steps("steps", block.specs, {.help = "what shows that they still do", .required = true});
  }

  std::vector<std::string> servers;
  std::string finding;
  StepBlock block;
};

class CheckStep : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("id", info_.id, {.help = "short, and of this check alone: S03", .required = true, .check = CheckId});
    visitor.Text("rfc", info_.rfc, {.help = "where the rule is written: RFC 3207 section 4.2", .required = true});
    visitor.Text("says", info_.says, {.help = "what holds, in one sentence", .required = true});
    visitor.Steps("steps", block_.specs, {.help = "what shows that it holds", .required = true});
    visitor.Groups("known", known_, {.help = "servers that are known to differ"});
  }
  std::string Check() const override {
    std::set<std::string> named;
    for (const KnownFinding& known : known_.items) {
      for (const std::string& server : known.servers) {
        if (!named.insert(server).second) return fmt::format("server {} has two known findings", server);
      }
    }
    return "";
  }
  std::vector<StepBlock*> Blocks() override {
    std::vector<StepBlock*> blocks{&block_};
    for (KnownFinding& known : known_.items) blocks.push_back(&known.block);
    return blocks;
  }
  const CheckInfo* Info() const override { return &info_; }

  Outcome<std::string> Run(World& world, Deadline deadline) override {
    KnownFinding* known = KnownOf(world.profile().name);
    info_.finding = known == nullptr ? "" : known->finding;
    world.transcript.Note("check " + info_.id, info_.says);
    E2E_TRY(const std::string note, RunBlock(known == nullptr ? block_ : known->block, world, deadline), Doing());
    return info_.finding.empty() ? fmt::format("{}: {} ({})", info_.id, info_.says, note)
                                 : fmt::format("{}: known finding: {} ({})", info_.id, info_.finding, note);
  }

 private:
  KnownFinding* KnownOf(const std::string& server) {
    for (KnownFinding& known : known_.items) {
      if (std::count(known.servers.begin(), known.servers.end(), server) > 0) return &known;
    }
    return nullptr;
  }
  std::string Doing() const {
    return info_.finding.empty() ? fmt::format("check {} ({}): {}", info_.id, info_.rfc, info_.says)
                                 : fmt::format(
                                       "check {} ({}): this server was known to differ ({}) and no longer does as "
                                       "described; if it keeps the rule now (\"{}\"), remove the finding",
                                       info_.id, info_.rfc, info_.finding, info_.says);
  }
  // The last step's note.
  static Outcome<std::string> RunBlock(StepBlock& block, World& world, Deadline deadline) {
    std::string note;
    for (CompiledStep& step : block.steps) {
      const Deadline limit = Deadline::Min(deadline, Deadline::In(world.clock, step.step->within));
      Outcome<std::string> done = RunProved(step, world, limit);
      if (!done) return std::move(done).error().At(step.where).While(step.kind);
      note = std::move(done).value();
    }
    return note;
  }

  CheckInfo info_;
  StepBlock block_;
  FieldGroupsOf<KnownFinding> known_;
};

}  // namespace

std::vector<StepKind> CheckSteps() {
  return {
      {"check", "one rule with its source, or what a server is known to do instead; the next step runs in any case",
       Duration(120'000), MakeStep<CheckStep>(), /*checks=*/true},
  };
}

}  // namespace e2e
