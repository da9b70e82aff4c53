// Scenario: one file of scenarios/<suite>/<name>.yaml as plain data, its steps not yet typed.
#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/yaml.h"

namespace e2e {

// What to do once the release is installed.
enum class InstallWait { kNone, kUsable };

// Who makes the administrator's password.
enum class InstallAdmin {
  kHarness,    // it is a value of the release
  kGenerated,  // the chart does, and the harness reads it out of the Secret
};

struct InstallSpec {
  // Values files below scenarios/, in the order in which Helm gets them. Default: none.
  std::vector<std::string> values_files;
  // Values that go over those files. Default: none.
  nlohmann::json set = nlohmann::json::object();
  InstallWait wait = InstallWait::kUsable;
  // Another chart, by its path beside the chart under test. Default: the chart under test.
  std::string chart;
  // "v0.15" or "v0.16": the layout of the server. Default: that of the server under test.
  std::string layout;
  InstallAdmin admin = InstallAdmin::kHarness;
  // Labels of the namespace. Default: none.
  std::map<std::string, std::string> namespace_labels;
  // Octets of a volume of the scenario's own, which a fault may fill. Default: none, the chart makes its claim.
  long long volume_size = 0;
};

struct Mutant;

struct StepSpec {
  std::string kind;
  SourceLocation where;
  YamlNode args;
};

struct Scenario {
  std::string suite;  // the folder below scenarios/: "persistence", "conformance/smtp"
  std::string stem;   // the file's name without .yaml
  std::string title;  // `name:` of the file
  std::vector<std::string> tags;
  // Runs without a neighbour, because its fault hits every release of the cluster. Default: false.
  bool exclusive = false;
  // For everything from install to the last step. Default: 5 minutes.
  Duration timeout{300'000};
  SourceLocation where;
  InstallSpec install;
  std::vector<StepSpec> steps;
  // What it is run on in place of the product; null: the product itself.
  std::shared_ptr<const Mutant> mutant;

  // "persistence/pod-delete": what users type.
  std::string Id() const { return suite + "/" + stem; }
};

}  // namespace e2e
