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

struct InstallFields : FieldGroup {
  explicit InstallFields(InstallSpec& spec) : install(spec) {}
  void Fields(FieldVisitor& visitor) override;
  InstallSpec& install;
};

void InstallFields::Fields(FieldVisitor& visitor) {
  std::string wait = install.wait == InstallWait::kNone ? "none" : "usable";
  std::string admin = install.admin == InstallAdmin::kGenerated ? "generated" : "harness";
  visitor.Texts("values", install.values_files, {"values files below scenarios/"});
  visitor.Object("set", install.set, {"values over those files"});
  visitor.Text("wait", wait, {.help = "what to wait for after helm install", .choices = {"usable", "none"}});
  visitor.Text("chart", install.chart, {.help = "another chart, by its path beside the chart under test"});
  visitor.Text("layout", install.layout, {.help = "the server's layout", .choices = {"v0.15", "v0.16"}});
  visitor.Text("admin", admin, {.help = "who makes the admin's password", .choices = {"harness", "generated"}});
  NamespaceFields ns(install);
  visitor.Group("namespace", ns, {.help = "the namespace, made first"});
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
