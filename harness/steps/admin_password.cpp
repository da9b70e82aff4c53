#include "steps/admin_password.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "base/wait.h"
#include "cluster/json_access.h"
#include "steps/release_pods.h"

namespace e2e {
namespace {

using nlohmann::json;

// As Stalwart 0.15 writes it at its first start; the reference server does the same.
constexpr std::string_view kBefore = "Your administrator account is 'admin' with password '";

std::optional<std::string> PasswordIn(const std::string& log) {
  const std::size_t at = log.find(kBefore);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t begin = at + kBefore.size();
  const std::size_t end = log.find('\'', begin);
  if (end == std::string::npos || end == begin) return std::nullopt;
  return log.substr(begin, end - begin);
}

}  // namespace

Outcome<std::string> ReadAdminSecret(World& world, Deadline deadline) {
  const std::string name = world.release + "-admin";
  E2E_TRY(const json secret, world.api.Get(CorePath(world.ns, "secrets", name), deadline),
          "reading the administrator's password");
  const auto password = Base64Decode(TextAt(secret, "/data/admin-password"));
  if (password && !password->empty()) return *password;
  return Error(ErrorKind::kExpectation, fmt::format("Secret {} has no admin-password", name));
}

Outcome<std::string> ReadAdminLog(World& world, Deadline deadline) {
  std::string password;
  const auto probe = [&]() -> Outcome<Probe> {
    const auto pod = NewestPod(world, deadline);
    if (!pod) return PendingOn(pod.error());
    const auto log = ContainerLog(world, pod->name, pod->container.name, deadline);
    if (!log) return PendingOn(log.error());
    const auto found = PasswordIn(*log);
    if (!found) return Probe::Pending(fmt::format("the log of pod {} tells no administrator's password", pod->name));
    password = *found;
    return Probe::Ready();
  };
  E2E_CHECK(WaitUntil(world.clock, "administrator's password in the server's log", deadline, {}, probe),
            "reading the administrator's password");
  return password;
}

void UseAdminPassword(World& world, const std::string& password) {
  world.admin_password = password;
  world.secrets.push_back(password);
}

}  // namespace e2e
