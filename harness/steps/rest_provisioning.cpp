// Provisioning by the REST interface of Stalwart 0.15.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "steps/management.h"
#include "steps/provisioning.h"

namespace e2e {
namespace {

using nlohmann::json;

Status MakePrincipal(World& world, const json& principal, Deadline deadline) {
  const std::string what = fmt::format("{} {}", principal.value("type", ""), principal.value("name", ""));
  E2E_TRY(const json answer, AskManagement(world, "POST", "/api/principal", principal, deadline), "making " + what);
  return CheckRest(answer, "making " + what);
}

}  // namespace

Status ProvisionByRest(World& world, Deadline deadline) {
  for (const Account& account : world.accounts) {
    const json domain = {{"type", "domain"}, {"name", account.Domain()}, {"description", "end-to-end tests"}};
    E2E_CHECK(MakePrincipal(world, domain, deadline), "provisioning");
    // Without a role an account may not log in; with its address as its name the login is the same on every version.
    const json principal = {{"type", "individual"},
                            {"name", account.address},
                            {"secrets", json::array({account.password})},
                            {"emails", json::array({account.address})},
                            {"description", account.address},
                            {"quota", 0},
                            {"roles", json::array({"user"})}};
    E2E_CHECK(MakePrincipal(world, principal, deadline), "provisioning");
  }
  E2E_CHECK(ThrottlesOffByRest(world, deadline), "provisioning");
  return {};
}

Outcome<bool> ThrottlesOffByRest(World& world, Deadline deadline) {
  const json values = json::array({json::array({"ip.enable", "false"}), json::array({"sender.enable", "false"})});
  const json settings = json::array(
      {json{{"type", "insert"}, {"prefix", "queue.limiter.inbound"}, {"values", values}, {"assert_empty", false}}});
  const std::string doing = "switching off the throttles";
  E2E_TRY(const json stored, AskManagement(world, "POST", "/api/settings", settings, deadline), doing);
  E2E_CHECK(CheckRest(stored, doing), "storing settings");
  E2E_TRY(const json reloaded, AskManagement(world, "GET", "/api/reload", nullptr, deadline), "reloading the settings");
  E2E_CHECK(CheckRest(reloaded, "reloading the settings"), doing);
  return true;
}

}  // namespace e2e
