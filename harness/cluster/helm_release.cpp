#include "cluster/helm_release.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/utf8.h"
#include "cluster/json_access.h"

namespace e2e {
namespace {

constexpr std::size_t kLongestReason = 300;

using nlohmann::json;

Outcome<json> Parse(const std::string& out) {
  json parsed = json::parse(out, nullptr, false);
  if (parsed.is_discarded()) return Error(ErrorKind::kInternal, "helm printed no JSON").Detail(out.substr(0, 500));
  return parsed;
}

// As install, upgrade and status print it.
HelmRevision FromRelease(const json& release) {
  return {IntAt(release, "/version"), TextAt(release, "/info/status"),
          fmt::format("{}-{}", TextAt(release, "/chart/metadata/name"), TextAt(release, "/chart/metadata/version")),
          TextAt(release, "/info/description")};
}

bool SaysNotFound(const Error& error) {
  return error.detail().find("not found") != std::string::npos;
}

// What stands behind a label of helm's table.
std::optional<std::string> After(const std::string& line, std::string_view label) {
  if (!line.starts_with(label)) return std::nullopt;
  return std::string(Trim(std::string_view(line).substr(label.size())));
}

// What helm gives as its reason, in the one line that begins with it; empty without one.
std::string ErrorLine(const std::string& said) {
  for (const std::string& line : Split(said, '\n')) {
    const std::string_view words = Trim(line);
    if (words.starts_with("Error: ")) return std::string(CutUtf8(words.substr(7), kLongestReason));
  }
  return "";
}

// A chart that helm refuses is wrong; a cluster that helm can't reach, or a helm that was killed, says nothing about
// the chart.
Error AsRefusal(Error error) {
  const bool killed = error.message().find("killed by signal") != std::string::npos;
  const bool unreachable = error.detail().find("cluster unreachable") != std::string::npos;
  if (error.kind() != ErrorKind::kCommandFailed || killed || unreachable) return error;
  const std::string words = ErrorLine(error.detail());
  return Error(ErrorKind::kExpectation, "helm refused: " + (words.empty() ? error.message() : words))
      .Because(kHelmRefused)
      .Detail(error.detail());
}

}  // namespace

HelmRelease::HelmRelease(CommandRunner& runner, HelmReleaseOptions options)
    : runner_(runner), options_(std::move(options)) {}

Command HelmRelease::Helm(std::vector<std::string> args) const {
  args.insert(args.begin(), options_.tools.helm);
  args.insert(args.end(), {"--namespace", options_.ns});
  const std::filesystem::path home = options_.run_dir / "helm";
  return {.argv = std::move(args),
          .env = {{"KUBECONFIG", options_.kubeconfig.string()},
                  {"HELM_CACHE_HOME", (home / "cache").string()},
                  {"HELM_CONFIG_HOME", (home / "config").string()},
                  {"HELM_DATA_HOME", (home / "data").string()},
                  // Where client-go keeps what it discovers of the cluster's API; by default below ~/.kube.
                  {"KUBECACHEDIR", (home / "kube").string()}},
          // Each would lead helm to something of the user's.
          .unset_env = {"HELM_NAMESPACE", "HELM_KUBECONTEXT", "HELM_KUBEAPISERVER", "HELM_PLUGINS", "HELM_DRIVER"}};
}

Outcome<RendererCall> HelmRelease::PostRenderer(const std::string& verb, Deadline deadline) const {
  if (options_.post_renderer.empty()) return RendererCall{};
  E2E_TRY(const std::string version, RunChecked(runner_, Helm({"version", "--template", "{{.Version}}"}), deadline),
          "asking helm for its version");
  return CallPostRenderer(Trim(version), options_.post_renderer, verb,
                          options_.run_dir / "helm" / ("plugins-" + options_.ns));
}

Outcome<HelmRevision> HelmRelease::Apply(std::vector<std::string> verb, const std::string& chart,
                                         const std::vector<std::string>& values_files, Deadline deadline) {
  const std::string doing =
      fmt::format("{} release {} of {} in namespace {}", verb[0] == "install" ? "installing" : "upgrading",
                  options_.name, chart, options_.ns);
  E2E_TRY(RendererCall renderer, PostRenderer(verb[0], deadline), doing);
  verb.insert(verb.end(), {options_.name, chart, "--output", "json"});
  for (const std::string& file : values_files) verb.insert(verb.end(), {"--values", file});
  verb.insert(verb.end(), renderer.args.begin(), renderer.args.end());
  Command command = Helm(std::move(verb));
  command.env.merge(renderer.env);
  auto out = RunChecked(runner_, command, deadline);
  if (!out) return AsRefusal(std::move(out).error()).While(doing);
  E2E_TRY(const json release, Parse(*out), doing);
  return FromRelease(release);
}

Outcome<HelmRevision> HelmRelease::Install(const std::string& chart, const std::vector<std::string>& values_files,
                                           Deadline deadline) {
  return Apply({"install", "--create-namespace"}, chart, values_files, deadline);
}

Outcome<HelmRevision> HelmRelease::Upgrade(const std::string& chart, const std::vector<std::string>& values_files,
                                           Deadline deadline, FormerValues former) {
  // Without the first, an upgrade that is given no values keeps those of the revision before.
  const char* const start[] = {"--reset-values", "--reuse-values", "--reset-then-reuse-values"};
  return Apply({"upgrade", start[static_cast<int>(former)]}, chart, values_files, deadline);
}

Status HelmRelease::Rollback(Deadline deadline) {
  auto out = RunChecked(runner_, Helm({"rollback", options_.name}), deadline);
  if (!out) return AsRefusal(std::move(out).error()).While("rolling back release " + options_.name);
  return {};
}

Outcome<HelmTestRun> HelmRelease::Test(Deadline deadline) {
  const std::string doing = "running the tests of release " + options_.name;
  const Command command = Helm({"test", options_.name});
  E2E_TRY(const CommandResult result, runner_.Run(command, deadline), doing);
  HelmTestRun run;
  run.passed = result.ok();
  run.words = std::string(Trim(result.err));
  for (const std::string& line : Split(result.out, '\n')) {
    if (const auto name = After(line, "TEST SUITE:"); name && *name != "None") run.tests.push_back({*name, ""});
    if (const auto phase = After(line, "Phase:"); phase && !run.tests.empty()) run.tests.back().phase = *phase;
  }
  // A helm that got as far as its tests tells how each of them ended.
  if (result.ok() || (std::holds_alternative<Exited>(result.exit) && !run.tests.empty())) return run;
  return Error(ErrorKind::kCommandFailed, "helm test " + Text(result))
      .Detail(command.Pretty() + "\n" + run.words)
      .While(doing);
}

Outcome<std::string> HelmRelease::Template(const std::string& name, const std::string& chart,
                                           const std::vector<std::string>& values_files, Deadline deadline) {
  std::vector<std::string> args = {"template", name, chart};
  for (const std::string& file : values_files) args.insert(args.end(), {"--values", file});
  auto out = RunChecked(runner_, Helm(std::move(args)), deadline);
  if (!out) return AsRefusal(std::move(out).error()).While("rendering " + chart);
  return out;
}

Status HelmRelease::Uninstall(Deadline deadline) {
  const auto out = RunChecked(runner_, Helm({"uninstall", options_.name}), deadline);
  if (out || SaysNotFound(out.error())) return {};
  Error error = out.error();
  return error.While(fmt::format("uninstalling release {} of namespace {}", options_.name, options_.ns));
}

Outcome<HelmRevision> HelmRelease::GetStatus(Deadline deadline) {
  const std::string doing = "asking for the state of release " + options_.name;
  E2E_TRY(const std::string out, RunChecked(runner_, Helm({"status", options_.name, "--output", "json"}), deadline),
          doing);
  E2E_TRY(const json release, Parse(out), doing);
  return FromRelease(release);
}

Outcome<std::vector<HelmRevision>> HelmRelease::History(Deadline deadline) {
  const std::string doing = "asking for the history of release " + options_.name;
  E2E_TRY(const std::string out, RunChecked(runner_, Helm({"history", options_.name, "--output", "json"}), deadline),
          doing);
  E2E_TRY(const json list, Parse(out), doing);
  std::vector<HelmRevision> revisions;
  for (const json& entry : list) {
    revisions.push_back(
        {IntAt(entry, "/revision"), TextAt(entry, "/status"), TextAt(entry, "/chart"), TextAt(entry, "/description")});
  }
  return revisions;
}

Outcome<std::string> HelmRelease::GetManifest(Deadline deadline) {
  return RunChecked(runner_, Helm({"get", "manifest", options_.name}), deadline);
}

Outcome<std::string> HelmRelease::GetHooks(Deadline deadline) {
  return RunChecked(runner_, Helm({"get", "hooks", options_.name}), deadline);
}

Outcome<std::string> HelmRelease::GetValues(Deadline deadline) {
  return RunChecked(runner_, Helm({"get", "values", options_.name, "--all"}), deadline);
}

}  // namespace e2e
