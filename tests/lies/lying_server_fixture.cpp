#include "lies/lying_server_fixture.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/wait.h"
#include "steps/greeting.h"
#include "steps/management.h"
#include "steps/ports.h"
#include "steps/provisioning.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr int kAccounts = 4;
const WaitOptions kOften{.interval = Duration(5), .on_reason = {}};

const char* WordFor(Protocol protocol) {
  switch (protocol) {
    case Protocol::kHttp: return "http";
    case Protocol::kSmtp: return "smtp";
    case Protocol::kImap: return "imap";
    case Protocol::kSieve: return "manageSieve";
  }
  return "";
}

}  // namespace

void LyingServerFixture::SetUp() {
  for (const PortMapping& port : server_.ports().mappings()) {
    world_.endpoints[port.name] = {"mail.example.org", "127.0.0.1", port.host_port};
  }
  for (int i = 1; i <= kAccounts; ++i) {
    world_.accounts.push_back(
        {fmt::format("user{}@example.org", i), fmt::format("correct horse battery staple {}", i)});
  }
  ASSERT_NO_FATAL_FAILURE(server_.Start({}, FakeServer::Mode::kRecovery));
  ASSERT_NO_FATAL_FAILURE(AwaitHealth("ready"));
  ASSERT_NO_FATAL_FAILURE(MakeListeners());
  server_.Stop();
  // The throttles that the first start makes are off from the start after it on.
  ASSERT_NO_FATAL_FAILURE(Serve({}));
  ASSERT_THAT(Provision(world_, Limit()), Succeeds());
  server_.Stop();
}

void LyingServerFixture::MakeListeners() {
  json listeners = json::object();
  for (const PortContract& port : kPortContracts) {
    const std::string name(port.name);
    listeners[name] = {{"name", name},
                       {"protocol", WordFor(port.protocol)},
                       {"bind", {{world_.endpoints[name].Text(), true}}},
                       {"tlsImplicit", port.security == Security::kImplicitTls}};
  }
  const json request = {{"using", {"urn:ietf:params:jmap:core", "urn:stalwart:jmap"}},
                        {"methodCalls", {{"x:NetworkListener/set", {{"create", listeners}}, "listeners"}}}};
  const auto answer = AskManagement(world_, "POST", "/jmap", request, Limit());
  ASSERT_THAT(answer, Succeeds());
  ASSERT_EQ(answer->dump().find("notCreated"), std::string::npos) << *answer;
}

void LyingServerFixture::Serve(const std::vector<std::string>& lies) {
  ASSERT_NO_FATAL_FAILURE(server_.Start(lies));
  AwaitGreetings();
}

void LyingServerFixture::AwaitGreetings() {
  const auto probe = [&]() -> Outcome<Probe> {
    for (const PortContract& port : kPortContracts) {
      const auto greeting = ReadGreeting(world_, port, Limit());
      if (!greeting) return Probe::Pending(greeting.error().message());
    }
    return Probe::Ready();
  };
  ASSERT_THAT(WaitUntil(clock_, "greetings", Limit(), kOften, probe), Succeeds());
}

int LyingServerFixture::Health(const std::string& path) {
  HttpRequest request;
  request.endpoint = world_.endpoints["http"];
  request.path = "/healthz/" + path;
  const auto response = http_.Send(request, Limit());
  return response ? response->status : 0;
}

void LyingServerFixture::AwaitHealth(const std::string& path) {
  const auto probe = [&]() -> Outcome<Probe> {
    return Health(path) == 200 ? Probe::Ready() : Probe::Pending("no health");
  };
  ASSERT_THAT(WaitUntil(clock_, "health", Limit(), kOften, probe), Succeeds());
}

}  // namespace e2e
