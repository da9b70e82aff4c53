#include "scenario/scenario_fields.h"

namespace e2e {
namespace {

void VisitInstall(InstallSpec& install, FieldVisitor& visitor) {
  std::string wait = install.wait == InstallWait::kNone ? "none" : "usable";
  std::string admin = install.admin == InstallAdmin::kGenerated ? "generated" : "harness";
  visitor.Texts("values", install.values_files, {"values files below scenarios/"});
  visitor.Object("set", install.set, {"values over those files"});
  visitor.Text("wait", wait, {.help = "what to wait for after helm install", .choices = {"usable", "none"}});
  visitor.Text("chart", install.chart, {.help = "another chart, by its path beside the chart under test"});
  visitor.Text("layout", install.layout, {.help = "the server's layout", .choices = {"v0.15", "v0.16"}});
  visitor.Text("admin", admin, {.help = "who makes the admin's password", .choices = {"harness", "generated"}});
  const auto ns = [&install](FieldVisitor& fields) {
    fields.TextMap("labels", install.namespace_labels, {.help = "its labels", .required = true});
  };
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
  const auto install = [&scenario](FieldVisitor& fields) { VisitInstall(scenario.install, fields); };
  visitor.Group("install", install, {"how the release is installed"});
  visitor.Steps("steps", scenario.steps, {.help = "what is done and checked", .required = true});
}

}  // namespace e2e
