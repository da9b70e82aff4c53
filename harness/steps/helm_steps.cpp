// helm.*: changes of the release in the middle of a scenario, and the chart's own tests.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "steps/catalog.h"
#include "steps/charts.h"
#include "steps/helm_tests.h"
#include "steps/make_step.h"
#include "steps/release_pods.h"

namespace e2e {
namespace {

// Another revision is there, with this server. Gives what is to be said of it.
std::string Switch(World& world, const ServerUnderTest& server) {
  world.former_server = std::exchange(world.server, &server);
  if (world.former_server == &server) return "";
  std::vector<std::string>& used = world.servers_used;
  if (std::count(used.begin(), used.end(), server.profile.name) == 0) used.push_back(server.profile.name);
  return ", from now on with the " + server.profile.title;
}

constexpr const char* kReset = "reset";
constexpr const char* kReuse = "reuse";
constexpr const char* kResetThenReuse = "reset-then-reuse";

enum class Verb { kInstall, kUpgrade };

template <Verb verb>
class HelmApply : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Object("set", set_, {.help = "values over the scenario's"});
    visitor.Text("layout", layout_,
                 {.help = "take the server of this layout from now on", .choices = {"v0.15", "v0.16"}});
    visitor.Text("chart", chart_,
                 {.help = "another chart: released, released-before, or its path beside the chart under test"});
    visitor.Text("fails", fails_, {.help = "helm must refuse, and say this"});
    if constexpr (verb == Verb::kUpgrade) {
      visitor.Text("former", former_,
                   {.help = "the values under this step's own: the chart's and the harness's (reset), or those of the "
                            "revision before in one of helm's two ways",
                    .choices = {kReset, kReuse, kResetThenReuse}});
    }
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const char* doing = verb == Verb::kInstall ? "helm.install" : "helm.upgrade";
    const ServerUnderTest* server = layout_.empty() ? world.server : world.servers.Of(LayoutOf(layout_));
    if (server == nullptr) {
      return Error(ErrorKind::kInconclusive, fmt::format("there is no server of layout {} in this run", layout_));
    }
    E2E_TRY(const ChartChoice chart, FindChart(world, chart_), doing);
    E2E_TRY(const std::vector<std::string> files,
            WriteValues(world, {.server = *server,
                                .foreign_chart = chart.foreign,
                                .reuse = former_ != kReset,
                                .switches = !layout_.empty(),
                                .set = set_}),
            doing);
    auto applied = Apply(world, chart.path, files, deadline);
    if (!fails_.empty()) return Refusal(applied);
    E2E_TRY(const HelmRevision revision, std::move(applied), doing);
    return Note(world, *server, revision);
  }

 private:
  Outcome<HelmRevision> Apply(World& world, const std::string& chart, const std::vector<std::string>& files,
                              Deadline deadline) const {
    if (verb == Verb::kInstall) return world.helm.Install(chart, files, deadline);
    return world.helm.Upgrade(chart, files, deadline, Former());
  }

  FormerValues Former() const {
    if (former_ == kReuse) return FormerValues::kReuse;
    return former_ == kResetThenReuse ? FormerValues::kResetThenReuse : FormerValues::kReset;
  }

  Outcome<std::string> Refusal(const Outcome<HelmRevision>& applied) const {
    if (applied) return Error(ErrorKind::kExpectation, fmt::format("helm must refuse with \"{}\", but did it", fails_));
    const Error& error = applied.error();
    if (error.kind() != ErrorKind::kExpectation) return error;
    if (error.Render().find(fails_) != std::string::npos) return fmt::format("refused as it must be: {}", fails_);
    return Error(ErrorKind::kExpectation, fmt::format("helm refused, but not with \"{}\"", fails_))
        .Detail(error.Render());
  }

  static std::string Note(World& world, const ServerUnderTest& server, const HelmRevision& revision) {
    return fmt::format("{} revision {} {}", revision.chart, revision.revision, revision.status) + Switch(world, server);
  }

  nlohmann::json set_ = nlohmann::json::object();
  std::string layout_;
  std::string chart_;
  std::string fails_;
  std::string former_ = kReset;
};

class HelmRollback : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    if (world.former_server == nullptr) return Error(ErrorKind::kInconclusive, "there is no revision to go back to");
    E2E_CHECK(world.helm.Rollback(deadline), "helm.rollback");
    return "the revision before is in force again" + Switch(world, *world.former_server);
  }
};

// Ends only when no pod is left: a new release must not meet the old one's process on the volume.
class HelmUninstall : public Step {
 public:
  void Fields(FieldVisitor&) override {}
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_CHECK(world.helm.Uninstall(deadline), "helm.uninstall");
    E2E_CHECK(AwaitNoPod(world, deadline), "helm.uninstall");
    return std::string("release and pods are gone");
  }
};

class HelmTests : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("fails", fails_, {.help = "a test must fail, and its log say this; default: all must pass"});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override { return RunHelmTests(world, fails_, deadline); }

 private:
  std::string fails_;
};

}  // namespace

std::vector<StepKind> HelmSteps() {
  return {
      {"helm.install", "install the chart again", Duration(60'000), MakeStep<HelmApply<Verb::kInstall>>()},
      {"helm.upgrade", "upgrade the release to other values, another server or another chart", Duration(60'000),
       MakeStep<HelmApply<Verb::kUpgrade>>()},
      {"helm.rollback", "back to the revision before, its chart and its server", Duration(60'000),
       MakeStep<HelmRollback>()},
      {"helm.uninstall", "uninstall the release and see its pods end", Duration(120'000), MakeStep<HelmUninstall>()},
      {"helm.test", "run the chart's own tests, which pass, or fail as they must", Duration(180'000),
       MakeStep<HelmTests>(), /*checks=*/true},
  };
}

}  // namespace e2e
