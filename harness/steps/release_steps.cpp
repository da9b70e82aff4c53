// release.*: whether what users of the release hold on to is still the same.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cluster/json_access.h"
#include "cluster/workload.h"
#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/usable.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr const char* kPassword = "administrator's password";

// By what people call them. Empty where the release has none.
using Facts = std::map<std::string, std::string>;

Outcome<json> FindObject(World& world, const std::string& path, Deadline deadline) {
  E2E_TRY(const std::optional<json> object, world.api.Find(path, deadline), "looking at the release");
  return object.value_or(json());
}

Outcome<Facts> ReadFacts(World& world, Deadline deadline) {
  E2E_TRY(const Baseline storage, ReadBaseline(world, deadline), "looking at the release");
  E2E_TRY(const json service, FindObject(world, CorePath(world.ns, "services", world.release), deadline), "service");
  E2E_TRY(const json secret, FindObject(world, CorePath(world.ns, "secrets", world.release + "-admin"), deadline),
          "secret");
  Facts facts = {{"claim", storage.claim_uid},
                 {"volume", storage.volume},
                 {"cluster address", TextAt(service, "/spec/clusterIP")},
                 {kPassword, TextAt(secret, "/data/admin-password")}};
  for (const json& port : ListAt(service, "/spec/ports")) {
    facts["node port of " + TextAt(port, "/name")] = std::to_string(IntAt(port, "/nodePort"));
  }
  return facts;
}

// Without what nobody may read.
std::string Shown(const std::string& name, const std::string& value) {
  if (value.empty()) return "(none)";
  return name == kPassword ? "(a secret)" : value;
}

class ReleaseRemember : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("save", save_, {.help = "name for release.same", .required = true});
  }
  std::vector<std::string> Saves() const override { return {"release " + save_}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(Facts facts, ReadFacts(world, deadline), "release.remember");
    std::vector<std::string> words;
    for (const auto& [name, value] : facts) words.push_back(name + " " + Shown(name, value));
    world.releases[save_] = std::move(facts);
    return Join(words, ", ");
  }

 private:
  std::string save_;
};

class ReleaseSame : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("as", as_, {.help = "name that release.remember saved", .required = true});
  }
  std::vector<std::string> Needs() const override { return {"release " + as_}; }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(Facts now, ReadFacts(world, deadline), "release.same");
    std::vector<std::string> same, changed;
    for (const auto& [name, then] : world.releases.at(as_)) {
      if (then.empty()) continue;  // nobody held on to it
      if (now[name] == then) {
        same.push_back(name);
      } else {
        changed.push_back(
            fmt::format("{}: {} is now {}", name, Shown(name, then),
                        name == kPassword && !now[name].empty() ? "another one" : Shown(name, now[name])));
      }
    }
    if (!changed.empty()) return Error(ErrorKind::kExpectation, Join(changed, "; "));
    if (same.empty()) return Error(ErrorKind::kInconclusive, "the release had nothing to compare");
    return "same " + Join(same, ", ");
  }

 private:
  std::string as_;
};

}  // namespace

std::vector<StepKind> ReleaseSteps() {
  return {
      {"release.remember", "keep what users hold on to: claim, volume, addresses, ports, the administrator's password",
       Duration(30'000), MakeStep<ReleaseRemember>()},
      {"release.same", "all of that is as it was", Duration(30'000), MakeStep<ReleaseSame>(), /*checks=*/true},
  };
}

}  // namespace e2e
