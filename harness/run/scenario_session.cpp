#include "run/scenario_session.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <random>

#include "base/text.h"
#include "cluster/diagnostics.h"
#include "steps/usable.h"
#include "steps/wiring.h"

namespace e2e {
namespace {

using nlohmann::json;

// Reserved domains (RFC 2606), one for each account: Stalwart lets a domain send 25 messages an hour to a
// recipient, and its throttles can't be switched off where reloading its settings needs a DNS that is not there.
constexpr const char* kDomains[] = {"example.org", "example.net", "example.com", "e2e.example.org"};
constexpr const char* kMailHost = "mail.example.org";
constexpr Duration kHelm{60'000};
constexpr Duration kUndo{120'000};
constexpr Duration kDiagnostics{60'000};
constexpr Duration kHints{10'000};

// Long and random enough for every server's rule on passwords.
std::string NewPassword() {
  std::random_device random;
  return fmt::format("e2e-{:08x}-{:08x}-{:08x}", random(), random(), random());
}

std::vector<Account> NewAccounts() {
  std::vector<Account> accounts;
  for (const char* domain : kDomains)
    accounts.push_back({fmt::format("user{}@{}", accounts.size() + 1, domain), NewPassword()});
  return accounts;
}

std::map<std::string, Endpoint, std::less<>> EndpointsOf(const PortMap& ports) {
  std::map<std::string, Endpoint, std::less<>> endpoints;
  for (const PortMapping& mapping : ports.mappings())
    endpoints[mapping.name] = {kMailHost, "127.0.0.1", mapping.host_port};
  return endpoints;
}

// "repository:tag" at the colon that belongs to the tag, not to a registry's port.
std::pair<std::string, std::string> SplitImage(const std::string& image) {
  const std::size_t colon = image.rfind(':');
  const std::size_t slash = image.rfind('/');
  if (colon == std::string::npos || (slash != std::string::npos && colon < slash)) return {image, "latest"};
  return {image.substr(0, colon), image.substr(colon + 1)};
}

HelmReleaseOptions HelmOptions(const RunContext& context, const Harness& harness, const Scenario& scenario) {
  HelmReleaseOptions options;
  options.tools = context.options.tools;
  options.kubeconfig = harness.cluster().kubeconfig();
  options.run_dir = context.info.folder / "cluster";
  options.ns = "e2e-" + Slug(scenario.Id());
  options.name = "stalwart";
  return options;
}

Status WriteFile(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) return Error(ErrorKind::kInfra, path.string() + " can't be written");
  return {};
}

}  // namespace

Clients::Clients(Clock& clock, const Interrupt& interrupt, CommandRunner& runner, const RunOptions& options,
                 const Harness& harness, const HelmReleaseOptions& helm_options)
    : http(clock, interrupt),
      transport(clock, interrupt, harness.kubeconfig()),
      api(transport, clock),
      helm(runner, helm_options),
      node(runner, options.tools, harness.cluster().node().name()) {}

ScenarioSession::ScenarioSession(const RunContext& context, const Harness& harness, const PortMap& ports,
                                 const Scenario& scenario, const std::filesystem::path& folder)
    : context_(context),
      harness_(harness),
      folder_(folder),
      log_(scenario.Id(), folder / "scenario.log"),
      helm_options_(HelmOptions(context, harness, scenario)),
      transcript_(context.clock),
      clients_(context.clock, context.interrupt, context.runner, context.options, harness, helm_options_),
      calm_(context.calm_clock, context.calm, context.calm_runner, context.options, harness, helm_options_),
      world_{.clock = context.clock,
             .interrupt = context.interrupt,
             .log = log_,
             .transcript = transcript_,
             .http = clients_.http,
             .api = clients_.api,
             .helm = clients_.helm,
             .node = clients_.node,
             .profile = context.profile,
             .ns = helm_options_.ns,
             .release = helm_options_.name,
             .endpoints = EndpointsOf(ports),
             .admin_password = NewPassword(),
             .accounts = NewAccounts(),
             .values_files = {},
             .chart = context.options.chart.string(),
             .artifacts = folder},
      ports_(ports) {}

Status ScenarioSession::WriteValues(const Scenario& scenario) {
  const auto [repository, tag] = SplitImage(context_.options.server_image);
  json node_ports = json::object();
  for (const PortMapping& mapping : ports_.mappings()) node_ports[mapping.name] = mapping.node_port;
  // The image is in the node already, and what is not there must not come from elsewhere.
  const json base = {
      {"image", {{"repository", repository}, {"tag", tag}, {"pullPolicy", "Never"}}},
      {"service", {{"nodePorts", node_ports}}},
      {"extraEnv", json::array({{{"name", context_.profile.admin_password_env}, {"value", world_.admin_password}}})}};
  E2E_CHECK(WriteFile(folder_ / "values-base.json", base.dump(2)), "writing the values");
  world_.values_files = {(folder_ / "values-base.json").string()};
  for (const std::string& file : scenario.install.values_files) {
    world_.values_files.push_back((context_.options.scenarios / file).string());
  }
  if (scenario.install.set.empty()) return {};
  E2E_CHECK(WriteFile(folder_ / "values-scenario.json", scenario.install.set.dump(2)), "writing the values");
  world_.values_files.push_back((folder_ / "values-scenario.json").string());
  return {};
}

Outcome<std::string> ScenarioSession::Install(const Scenario& scenario, CleanupStack& cleanup, Deadline deadline) {
  E2E_CHECK(WriteValues(scenario), "install");
  const TimePoint start = context_.clock.Now();
  // The actions outlive this object when they are deferred, so they have clients of their own.
  const auto clients = std::make_shared<Clients>(context_.calm_clock, context_.calm, context_.calm_runner,
                                                 context_.options, harness_, helm_options_);
  cleanup.Push("namespace " + world_.ns, [clients, &clock = context_.calm_clock, ns = world_.ns] {
    return clients->api.Delete(CorePath("", "namespaces", ns), {}, Deadline::In(clock, kUndo));
  });
  cleanup.Push("release " + world_.release,
               [clients, &clock = context_.calm_clock] { return clients->helm.Uninstall(Deadline::In(clock, kUndo)); });
  E2E_TRY(const HelmRevision revision,
          world_.helm.Install(world_.chart, world_.values_files,
                              Deadline::Min(deadline, Deadline::In(context_.clock, kHelm))),
          "install");
  if (scenario.install.wait == InstallWait::kUsable) {
    E2E_CHECK(WaitUntilUsable(world_, {.provision = true, .because = "install"}, deadline), "install");
  }
  return fmt::format("{} revision {} {} after {}", revision.chart, revision.revision,
                     scenario.install.wait == InstallWait::kUsable ? "usable" : revision.status,
                     Text(std::chrono::duration_cast<Duration>(context_.clock.Now() - start)));
}

std::vector<std::string> ScenarioSession::Hints() {
  const Deadline deadline = Deadline::In(context_.calm_clock, kHints);
  const auto service = calm_.api.Find(CorePath(world_.ns, "services", world_.release), deadline);
  const auto deployment = calm_.api.Find(GroupPath("apps/v1", world_.ns, "deployments", world_.release), deadline);
  if (!service || !*service || !deployment || !*deployment) return {};
  return FindMiswiring(**service, **deployment, context_.profile);
}

void ScenarioSession::Diagnose() {
  DiagnosticsOptions options{.ns = world_.ns, .folder = folder_ / "diagnostics", .secrets = {world_.admin_password}};
  for (const Account& account : world_.accounts) options.secrets.push_back(account.password);
  const DiagnosticsReport report =
      CollectDiagnostics(calm_.api, &calm_.helm, &calm_.node, options, Deadline::In(context_.calm_clock, kDiagnostics));
  log_.Info(fmt::format("diagnostics: {} files in {}", report.files.size(), options.folder.string()));
}

void ScenarioSession::SaveTranscript() {
  if (auto written = WriteFile(folder_ / "transcript.txt", transcript_.Render()); !written) {
    log_.Warn(written.error().message());
  }
}

}  // namespace e2e
