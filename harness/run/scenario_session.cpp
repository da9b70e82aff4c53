#include "run/scenario_session.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <random>

#include "base/text.h"
#include "cluster/diagnostics.h"
#include "steps/admin_password.h"
#include "steps/charts.h"
#include "steps/mutant_chart.h"
#include "steps/node_ports.h"
#include "steps/usable.h"
#include "steps/variables.h"
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
// A failure is told of soon, and its evidence is fresh; what takes longer is named in the bundle.
constexpr Duration kDiagnostics{10'000};
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

std::map<std::string, int> NodePortsOf(const PortMap& ports) {
  std::map<std::string, int> node_ports;
  for (const PortMapping& mapping : ports.mappings()) node_ports[mapping.name] = mapping.node_port;
  return node_ports;
}

ReleaseValues ValuesOf(const RunContext& context, const Scenario& scenario) {
  ReleaseValues values;
  for (const std::string& file : scenario.install.values_files)
    values.files.push_back((context.options.scenarios / file).string());
  values.set = scenario.install.set;
  values.admin_generated = scenario.install.admin == InstallAdmin::kGenerated;
  return values;
}

// This program, whatever happens to its file: helm starts it while this process lives.
std::vector<std::string> PostRendererOf(const Mutant* mutant) {
  if (mutant == nullptr || mutant->patches.empty()) return {};
  return {fmt::format("/proc/{}/exe", getpid()), "post-render", mutant->where.file};
}

HelmReleaseOptions HelmOptions(const RunContext& context, const ClusterAccess& access, const Scenario& scenario,
                               RunNumber number) {
  HelmReleaseOptions options;
  options.tools = context.options.tools;
  options.kubeconfig = access.kubeconfig_file;
  options.run_dir = context.info.folder / "cluster";
  options.ns = NamespaceOf(scenario, number);
  options.name = "stalwart";
  options.post_renderer = PostRendererOf(scenario.mutant.get());
  return options;
}

std::filesystem::path MadeFolder(std::filesystem::path folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  return folder;
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
                 const ClusterAccess& access, const HelmReleaseOptions& helm_options)
    : http(clock, interrupt),
      transport(clock, interrupt, access.kubeconfig),
      api(transport, clock),
      helm(runner, helm_options),
      node(runner, options.tools, access.node) {}

ScenarioSession::ScenarioSession(const RunContext& context, const ClusterAccess& access, const PortMap& ports,
                                 const Scenario& scenario, RunNumber number)
    : context_(context),
      access_(access),
      folder_(MadeFolder(FolderOf(context.info.folder, scenario, number))),
      log_(scenario.Id(), folder_ / "scenario.log", context.console),
      helm_options_(HelmOptions(context, access, scenario, number)),
      transcript_(context.clock),
      clients_(context.clock, context.interrupt, context.runner, context.options, access, helm_options_),
      calm_(context.calm_clock, context.calm, context.calm_runner, context.options, access, helm_options_),
      world_{.clock = context.clock,
             .interrupt = context.interrupt,
             .log = log_,
             .transcript = transcript_,
             .http = clients_.http,
             .api = clients_.api,
             .helm = clients_.helm,
             .node = clients_.node,
             .servers = context.servers,
             .server = context.servers.Of(scenario.install.layout),
             .ns = helm_options_.ns,
             .release = helm_options_.name,
             .endpoints = EndpointsOf(ports),
             .node_ports = NodePortsOf(ports),
             .admin_password = NewPassword(),
             .accounts = NewAccounts(),
             .values = ValuesOf(context, scenario),
             .chart = context.options.chart,
             .artifacts = folder_} {
  world_.calm_api = &calm_.api;
  world_.kubeconfig = access.kubeconfig;
  world_.run_id = context.info.run_id;
  world_.scenario_id = scenario.Id();
  world_.servers_used = {world_.profile().name};
  world_.manifests = context.options.scenarios / "manifests";
  world_.released = context.options.released;
  if (const long long size = scenario.install.volume_size; size > 0) {
    world_.volume = OwnVolume{.name = world_.ns, .ns = world_.ns, .claim = world_.release, .size = size};
  }
}

void ScenarioSession::PushUndo(CleanupStack& cleanup) {
  // The actions outlive this object when they are deferred, so they have clients of their own.
  const auto clients = std::make_shared<Clients>(context_.calm_clock, context_.calm, context_.calm_runner,
                                                 context_.options, access_, helm_options_);
  // After the pods, which have it mounted.
  if (world_.volume) {
    cleanup.Push("volume " + world_.volume->name, [clients, &clock = context_.calm_clock, name = world_.volume->name] {
      return RemoveOwnVolume(clients->api, clients->node, name, Deadline::In(clock, kUndo));
    });
  }
  cleanup.Push("namespace " + world_.ns, [clients, &clock = context_.calm_clock, ns = world_.ns] {
    return clients->api.Delete(CorePath("", "namespaces", ns), {}, Deadline::In(clock, kUndo));
  });
  cleanup.Push("release " + world_.release,
               [clients, &clock = context_.calm_clock] { return clients->helm.Uninstall(Deadline::In(clock, kUndo)); });
}

// Helm would make the namespace without labels, and after the claim.
Status ScenarioSession::MakeSurroundings(const InstallSpec& spec, Deadline deadline) {
  if (spec.namespace_labels.empty() && !world_.volume) return {};
  const json object = {{"apiVersion", "v1"},
                       {"kind", "Namespace"},
                       {"metadata", {{"name", world_.ns}, {"labels", spec.namespace_labels}}}};
  E2E_TRY(const json made, world_.api.Post(CorePath("", "namespaces"), object, deadline), "making the namespace");
  if (!world_.volume) return {};
  return MakeOwnVolume(world_.api, world_.node, *world_.volume, deadline);
}

Status ScenarioSession::MakeChart(const Mutant& mutant) {
  if (mutant.edits.empty()) return {};
  world_.mutant_chart = folder_ / "chart";
  const Status made = MakeMutantChart(context_.options.chart, mutant.edits, world_.mutant_chart);
  if (made) return {};
  Error error = made.error();
  return error.Because(kNoMutant);
}

Status ScenarioSession::AwaitUsable(bool foreign_chart, Deadline deadline) {
  if (foreign_chart) {
    E2E_CHECK(LeadToNodePorts(world_, deadline), "a chart that takes no node ports");
    E2E_TRY(const std::string password, ReadAdminLog(world_, deadline), "a chart that takes no password");
    UseAdminPassword(world_, password);
  }
  return WaitUntilUsable(world_, {.provision = true, .because = "install"}, deadline);
}

Outcome<std::string> ScenarioSession::Install(const Scenario& scenario, CleanupStack& cleanup, Deadline deadline) {
  const InstallSpec& spec = scenario.install;
  const TimePoint start = context_.clock.Now();
  if (scenario.mutant) E2E_CHECK(MakeChart(*scenario.mutant), "install");
  E2E_TRY(const ChartChoice chart, FindChart(world_, spec.chart), "install");
  E2E_TRY(const std::vector<std::string> files,
          WriteValues(world_, {.server = *world_.server, .foreign_chart = chart.foreign}), "install");
  PushUndo(cleanup);
  E2E_CHECK(MakeSurroundings(spec, deadline), "install");
  const Deadline limit = Deadline::Min(deadline, Deadline::In(context_.clock, kHelm));
  E2E_TRY(const HelmRevision revision, world_.helm.Install(chart.path, files, limit), "install");
  if (spec.admin == InstallAdmin::kGenerated && !chart.foreign) {
    E2E_TRY(const std::string password, ReadAdminSecret(world_, deadline), "install");
    UseAdminPassword(world_, password);
  }
  if (spec.wait == InstallWait::kUsable) E2E_CHECK(AwaitUsable(chart.foreign, deadline), "install");
  return fmt::format("{} with {} revision {} {} after {}", revision.chart, world_.profile().name, revision.revision,
                     spec.wait == InstallWait::kUsable ? "usable" : revision.status,
                     Text(std::chrono::duration_cast<Duration>(context_.clock.Now() - start)));
}

std::vector<std::string> ScenarioSession::Hints() {
  const Deadline deadline = Deadline::In(context_.calm_clock, kHints);
  const auto service = calm_.api.Find(CorePath(world_.ns, "services", world_.release), deadline);
  const auto deployment = calm_.api.Find(GroupPath("apps/v1", world_.ns, "deployments", world_.release), deadline);
  if (!service || !*service || !deployment || !*deployment) return {};
  return FindMiswiring(**service, **deployment, world_.profile());
}

void ScenarioSession::Diagnose() {
  const DiagnosticsOptions options{.ns = world_.ns, .folder = folder_ / "diagnostics", .secrets = SecretsOf(world_)};
  const DiagnosticsReport report =
      CollectDiagnostics(calm_.api, &calm_.helm, &calm_.node, options, Deadline::In(context_.calm_clock, kDiagnostics));
  log_.Info(fmt::format("diagnostics: {} files in {}", report.files.size(), options.folder.string()));
}

void ScenarioSession::SaveTranscript() {
  if (auto written = WriteFile(folder_ / "transcript.txt", Redact(transcript_.Render(), SecretsOf(world_))); !written) {
    log_.Warn(written.error().message());
  }
}

void ScenarioSession::RedactValues() {
  const std::vector<std::string> secrets = SecretsOf(world_);
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(world_.artifacts, code)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with("values-")) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (auto written = WriteFile(entry.path(), Redact(text, secrets)); !written) log_.Warn(written.error().message());
  }
}

}  // namespace e2e
