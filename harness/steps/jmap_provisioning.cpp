// Provisioning by the JMAP management (urn:stalwart:jmap) of Stalwart 0.16.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>

#include "base/text.h"
#include "cluster/json_access.h"
#include "steps/management.h"
#include "steps/provisioning.h"

namespace e2e {
namespace {

using nlohmann::json;

using Results = JmapResults;

struct Existing {
  std::map<std::string, std::string> domains;  // id by name
  std::set<std::string> accounts;              // local part and domain's id: "user1@b"
};

Outcome<Existing> Look(World& world, Deadline deadline) {
  const json queries = json::array(
      {JmapCall("x:Domain/query", json::object(), "domains"), JmapCall("x:Account/query", json::object(), "accounts")});
  E2E_TRY(const Results ids, AskJmap(world, queries, deadline), "looking for what is there");
  E2E_CHECK(CheckSets(ids), "looking for what is there");
  const auto get = [&](const std::string& name) { return json{{"ids", ListAt(ids.at(name), "/ids")}}; };
  const json gets = json::array(
      {JmapCall("x:Domain/get", get("domains"), "domains"), JmapCall("x:Account/get", get("accounts"), "accounts")});
  E2E_TRY(const Results found, AskJmap(world, gets, deadline), "looking for what is there");
  Existing existing;
  for (const json& domain : ListAt(found.at("domains"), "/list"))
    existing.domains[TextAt(domain, "/name")] = TextAt(domain, "/id");
  for (const json& account : ListAt(found.at("accounts"), "/list"))
    existing.accounts.insert(TextAt(account, "/name") + "@" + TextAt(account, "/domainId"));
  return existing;
}

// What is missing. A new domain's id is not known yet: "#example-org" refers to its creation in the same request
// (RFC 8620 5.3; such a name has no dots, 1.2).
json Creations(const World& world, const Existing& existing) {
  json domains = json::object();
  json accounts = json::object();
  for (const Account& account : world.accounts) {
    const std::string domain = account.Domain();
    const auto at = existing.domains.find(domain);
    if (at == existing.domains.end()) domains[Slug(domain)] = {{"name", domain}};
    const std::string domain_id = at == existing.domains.end() ? "#" + Slug(domain) : at->second;
    if (existing.accounts.contains(account.LocalPart() + "@" + domain_id)) continue;
    accounts[Slug(account.address)] = {{"@type", "User"},
                                       {"name", account.LocalPart()},
                                       {"domainId", domain_id},
                                       {"roles", {{"@type", "User"}}},
                                       {"credentials", {{"0", {{"@type", "Password"}, {"secret", account.password}}}}}};
  }
  json calls = json::array();
  if (!domains.empty()) calls.push_back(JmapCall("x:Domain/set", {{"create", domains}}, "domains"));
  if (!accounts.empty()) calls.push_back(JmapCall("x:Account/set", {{"create", accounts}}, "accounts"));
  return calls;
}

// What the first request could not make may be there already; `refusal` is what the server said to it.
Status MakeTheRest(World& world, const Error& refusal, Deadline deadline) {
  auto existing = Look(world, deadline);
  if (!existing) return Error(refusal).Detail("looking for what is there: " + existing.error().message());
  const json calls = Creations(world, *existing);
  if (calls.empty()) return {};
  E2E_TRY(const Results results, AskJmap(world, calls, deadline), "making what is missing");
  return CheckSets(results);
}

}  // namespace

Status ProvisionByJmap(World& world, Deadline deadline) {
  E2E_TRY(const Results made, AskJmap(world, Creations(world, {}), deadline), "provisioning");
  if (const Status all = CheckSets(made); !all) {
    E2E_CHECK(MakeTheRest(world, all.error(), deadline), "provisioning");
  }
  const auto off = ThrottlesOffByJmap(world, deadline);
  world.throttled = !off || !*off;
  if (!off) world.log.Debug("the throttles stay on: " + off.error().Render());
  return {};
}

Outcome<bool> ThrottlesOffByJmap(World& world, Deadline deadline) {
  const json query = json::array({JmapCall("x:MtaInboundThrottle/query", json::object(), "throttles")});
  E2E_TRY(const Results found, AskJmap(world, query, deadline), "looking for throttles");
  E2E_CHECK(CheckSets(found), "looking for throttles");
  json off = json::object();
  for (const json& id : ListAt(found.at("throttles"), "/ids")) {
    if (id.is_string()) off[id.get<std::string>()] = {{"enable", false}};
  }
  if (off.empty()) return true;
  const json calls =
      json::array({JmapCall("x:MtaInboundThrottle/set", {{"update", off}}, "throttles"),
                   JmapCall("x:Action/set", {{"create", {{"reload", {{"@type", "ReloadSettings"}}}}}}, "reload")});
  E2E_TRY(Results results, AskJmap(world, calls, deadline), "switching off the throttles");
  const Results reload = {*results.find("reload")};
  results.erase("reload");
  E2E_CHECK(CheckSets(results), "switching off the throttles");
  const Status reloaded = CheckSets(reload);
  if (!reloaded) world.log.Debug("the throttles stay on until the next start: " + reloaded.error().Render());
  return static_cast<bool>(reloaded);
}

}  // namespace e2e
