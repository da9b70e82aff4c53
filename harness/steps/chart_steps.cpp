// chart.*: the chart by itself, held against the cluster's API without an install.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/yaml.h"
#include "cluster/api_kinds.h"
#include "steps/catalog.h"
#include "steps/charts.h"
#include "steps/make_step.h"

namespace e2e {
namespace {

constexpr std::string_view kCaseEnd = "-values.yaml";

std::string TextOf(const YamlNode& node, std::initializer_list<std::string_view> path) {
  const YamlNode* at = &node;
  for (const std::string_view key : path) {
    at = at->Find(key);
    if (at == nullptr) return "";
  }
  return at->Scalar();
}

// Not the release's name, so that nothing is held against the objects that are there. A dry run keeps nothing: all
// cases may share the name.
constexpr const char* kRelease = "dry-run";

class ChartDryRun : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("cases", cases_, {.help = "folder of the chart with <case>-values.yaml files"});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    E2E_TRY(const ChartChoice choice, FindChart(world, ""), "chart.dry-run");
    const std::string& chart = choice.path;
    std::vector<std::filesystem::path> files = Cases(std::filesystem::path(chart) / cases_);
    if (files.empty()) {
      return Error(ErrorKind::kInconclusive, fmt::format("no case (*{}) in {}/{}", kCaseEnd, chart, cases_));
    }
    ApiKinds kinds(world.api);
    E2E_CHECK(Try(world, kinds, chart, "defaults", {}, deadline), "chart.dry-run");
    for (const std::filesystem::path& file : files) {
      E2E_CHECK(Try(world, kinds, chart, file.filename().string(), {file.string()}, deadline), "chart.dry-run");
    }
    return fmt::format("{} objects of the defaults and {} cases accepted{}", accepted_, files.size(), NotServed());
  }

 private:
  static std::vector<std::filesystem::path> Cases(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code code;
    for (std::filesystem::directory_iterator it(folder, code), end; !code && it != end; it.increment(code)) {
      if (it->path().filename().string().ends_with(kCaseEnd)) files.push_back(it->path());
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  Status Try(World& world, ApiKinds& kinds, const std::string& chart, const std::string& name,
             const std::vector<std::string>& values, Deadline deadline) {
    E2E_TRY(const std::string rendered, world.helm.Template(kRelease, chart, values, deadline),
            "rendering case " + name);
    for (const std::string& text : SplitYamlDocuments(rendered)) {
      E2E_TRY(const YamlNode document, YamlNode::Parse(text, "case " + name), "reading what helm rendered");
      const ObjectName object{TextOf(document, {"apiVersion"}), TextOf(document, {"kind"}),
                              TextOf(document, {"metadata", "namespace"}), TextOf(document, {"metadata", "name"})};
      const std::string what = fmt::format("case {}: {} {}", name, object.kind, object.name);
      E2E_TRY(const std::optional<std::string> path, kinds.PathOf(object, world.ns, deadline), what);
      if (!path) {
        ++not_served_;
        foreign_.insert(object.kind);
        continue;
      }
      // The text itself is sent, so that the API reads the YAML as it would from helm.
      E2E_TRY(const nlohmann::json applied, world.api.ApplyDryRun(*path, text, deadline), what);
      ++accepted_;
    }
    return {};
  }

  std::string NotServed() const {
    if (not_served_ == 0) return "";
    return fmt::format("; {} not tried, as this cluster serves no {}", not_served_,
                       Join({foreign_.begin(), foreign_.end()}, ", "));
  }

  std::string cases_ = "ci";
  int accepted_ = 0;
  int not_served_ = 0;
  std::set<std::string> foreign_;
};

}  // namespace

std::vector<StepKind> ChartSteps() {
  return {
      {"chart.dry-run", "the API accepts every object of the chart's defaults and of its cases", Duration(180'000),
       MakeStep<ChartDryRun>(), /*checks=*/true},
  };
}

}  // namespace e2e
