// endpoints.*: what clients of the Service find.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cluster/json_access.h"
#include "cluster/workload.h"
#include "net/line_channel.h"
#include "net/smtp_client.h"
#include "steps/catalog.h"
#include "steps/greeting.h"
#include "steps/mail_sessions.h"
#include "steps/make_step.h"

namespace e2e {
namespace {

std::vector<std::string> PortNames() {
  std::vector<std::string> names;
  for (const PortContract& port : kPortContracts) names.emplace_back(port.name);
  return names;
}

class EndpointsGreet : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Texts("ports", ports_, {.help = "ports of the Service; default: all eight", .choices = PortNames()});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    for (const std::string& port : ports_) {
      E2E_TRY(const std::string line, ReadGreeting(world, ContractOf(port), deadline),
              "endpoints.greet on port " + port);
      world.log.Debug(fmt::format("port {} greets: {}", port, line));
    }
    return fmt::format("{} ports greet with their own protocol", ports_.size());
  }

 private:
  std::vector<std::string> ports_ = PortNames();
};

// A password must never be asked for, or taken, on a connection without TLS.
class EndpointsNoClearLogin : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("port", port_, {.help = "port of the Service", .required = true, .choices = {"submission", "imap"}});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    return port_ == "imap" ? Imap(world, deadline) : Submission(world, deadline);
  }

 private:
  // RFC 4954 4: AUTH without TLS is refused, and by RFC 5321 no mail goes in without AUTH.
  Outcome<std::string> Submission(World& world, Deadline deadline) const {
    SmtpOptions options;
    options.endpoint = world.endpoints.find(port_)->second;
    options.security = Security::kPlain;
    E2E_TRY(SmtpClient smtp, SmtpClient::Connect(options, world.clock, world.interrupt, &world.transcript, deadline),
            "connecting without TLS");
    const Account& account = world.accounts.front();
    const std::string initial =
        Base64Encode(std::string("\0", 1) + account.address + std::string("\0", 1) + account.password);
    E2E_TRY(const SmtpReply auth, smtp.Command("AUTH PLAIN " + initial, deadline), "AUTH without TLS");
    if (auth.code < 500) {
      return Error(ErrorKind::kExpectation, "a login without TLS was not refused for good: " + auth.Text());
    }
    return "AUTH without TLS refused: " + auth.Text();
  }

  // RFC 9051 11.1: LOGIN in clear is refused.
  Outcome<std::string> Imap(World& world, Deadline deadline) const {
    ImapOptions options;
    options.endpoint = world.endpoints.find(port_)->second;
    options.security = Security::kPlain;
    E2E_TRY(ImapClient imap, ImapClient::Connect(options, world.clock, world.interrupt, &world.transcript, deadline),
            "connecting without TLS");
    const Status login = imap.Login(world.accounts.front().address, world.accounts.front().password, deadline);
    if (login) return Error(ErrorKind::kExpectation, "LOGIN was accepted without TLS");
    if (login.error().kind() != ErrorKind::kExpectation) return login.error();
    return "LOGIN without TLS refused: " + login.error().message();
  }

  std::string port_;
};

class EndpointsExpect : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Number("ready", ready_, {.help = "endpoints that get traffic", .required = true, .min = 0, .max = 100});
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const auto probe = [&](const std::vector<nlohmann::json>& slices) -> Outcome<Probe> {
      const std::vector<std::string> addresses = ReadyAddressesFrom(slices);
      if (addresses.size() == static_cast<std::size_t>(ready_)) return Probe::Ready();
      return Probe::Pending(fmt::format("{} ready endpoints: {}", addresses.size(), Join(addresses, ", ")));
    };
    const ListQuery query{GroupPath("discovery.k8s.io/v1", world.ns, "endpointslices"),
                          "kubernetes.io/service-name=" + world.release};
    const TimePoint start = world.clock.Now();
    E2E_CHECK(
        world.api.WatchUntil(query, fmt::format("{} ready endpoints of the Service", ready_), deadline, {}, probe),
        "endpoints.expect");
    return fmt::format("{} ready endpoints after {}", ready_,
                       Text(std::chrono::duration_cast<Duration>(world.clock.Now() - start)));
  }

 private:
  long long ready_ = 1;
};

}  // namespace

std::vector<StepKind> EndpointSteps() {
  return {
      {"endpoints.greet", "every port answers with its own protocol", Duration(30'000), MakeStep<EndpointsGreet>(),
       /*checks=*/true},
      {"endpoints.no-clear-login", "no login is taken without TLS", Duration(30'000), MakeStep<EndpointsNoClearLogin>(),
       /*checks=*/true},
      {"endpoints.expect", "the Service comes to have so many ready endpoints", Duration(60'000),
       MakeStep<EndpointsExpect>(), /*checks=*/true},
  };
}

}  // namespace e2e
