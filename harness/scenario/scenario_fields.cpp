#include "scenario/scenario_fields.h"

namespace e2e {
namespace {

struct NamespaceFields : FieldGroup {
  explicit NamespaceFields(InstallSpec& spec) : install(spec) {}
  void Fields(FieldVisitor& visitor) override {
    visitor.TextMap("labels", install.namespace_labels, {.help = "its labels", .required = true});
  }
  InstallSpec& install;
};

// What fits: a server's first start, and what a node's disk should have to spare.
constexpr long long kSmallestVolume = 16 * 1024 * 1024;
constexpr long long kLargestVolume = 1024LL * 1024 * 1024;

struct VolumeFields : FieldGroup {
  explicit VolumeFields(InstallSpec& spec) : install(spec) {}
  void Fields(FieldVisitor& visitor) override {
    visitor.Size("size", size,
                 {.help = "of its file system", .required = true, .min = kSmallestVolume, .max = kLargestVolume});
    install.volume_size = size.max;
  }
  std::string Check() const override { return size.min == size.max ? "" : "the volume has one size, not a range"; }
  InstallSpec& install;
  SizeRange size;
};

struct InstallFields : FieldGroup {
  explicit InstallFields(InstallSpec& spec) : install(spec) {}
  void Fields(FieldVisitor& visitor) override;
  std::string Check() const override {
    if (install.volume_size == 0 || install.chart.empty()) return "";
    return "a volume of its own needs the chart under test, whose values name its claim";
  }
  InstallSpec& install;
};

void InstallFields::Fields(FieldVisitor& visitor) {
  std::string wait = install.wait == InstallWait::kNone ? "none" : "usable";
  std::string admin = install.admin == InstallAdmin::kGenerated ? "generated" : "harness";
  visitor.Texts("values", install.values_files, {"values files below scenarios/"});
  visitor.Object("set", install.set, {"values over those files"});
  visitor.Text("wait", wait, {.help = "what to wait for after helm install", .choices = {"usable", "none"}});
  visitor.Text("chart", install.chart,
               {.help = "another chart: released, released-before, or its path beside the chart under test"});
  visitor.Text("layout", install.layout, {.help = "the server's layout", .choices = {"v0.15", "v0.16"}});
  visitor.Text("admin", admin, {.help = "who makes the admin's password", .choices = {"harness", "generated"}});
  NamespaceFields ns(install);
  visitor.Group("namespace", ns, {.help = "the namespace, made first"});
  VolumeFields volume(install);
  visitor.Group("volume", volume, {.help = "a volume of its own, which fault.fill may fill"});
  install.wait = wait == "none" ? InstallWait::kNone : InstallWait::kUsable;
  install.admin = admin == "generated" ? InstallAdmin::kGenerated : InstallAdmin::kHarness;
}

}  // namespace

void VisitFields(Scenario& scenario, FieldVisitor& visitor) {
  visitor.Text("name", scenario.title, {.help = "what is shown, in one sentence", .required = true});
  visitor.Texts("tags", scenario.tags, {"words to select scenarios by"});
  visitor.Flag("exclusive", scenario.exclusive, {"true when no other scenario may run at the same time"});
  visitor.Time("timeout", scenario.timeout, {"limit for the whole scenario"});
  InstallFields install(scenario.install);
  visitor.Group("install", install, {"how the release is installed"});
  visitor.Steps("steps", scenario.steps, {.help = "what is done and checked", .required = true});
}

}  // namespace e2e
