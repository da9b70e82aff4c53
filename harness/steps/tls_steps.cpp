// tls.*: which versions of TLS a port speaks, and for whom its certificate is.
#include <fmt/format.h>

#include "base/text.h"
#include "cluster/json_access.h"
#include "net/line_channel.h"
#include "steps/catalog.h"
#include "steps/make_step.h"
#include "steps/reply_reader.h"
#include "steps/world.h"

namespace e2e {
namespace {

struct VersionName {
  const char* name;
  TlsVersion version;
};
constexpr VersionName kVersions[] = {
    {"1.0", TlsVersion::k10}, {"1.1", TlsVersion::k11}, {"1.2", TlsVersion::k12}, {"1.3", TlsVersion::k13}};

std::vector<std::string> VersionNames() {
  std::vector<std::string> names;
  for (const VersionName& version : kVersions) names.emplace_back(version.name);
  return names;
}

// What a client says until the handshake is due.
std::vector<std::string> StartTlsCommands(Protocol protocol) {
  switch (protocol) {
    case Protocol::kSmtp: return {"EHLO client.example.net", "STARTTLS"};
    case Protocol::kImap: return {"a1 STARTTLS"};
    case Protocol::kSieve: return {"STARTTLS"};
    case Protocol::kHttp: break;
  }
  return {};
}

// A connection on which the handshake is due.
Outcome<LineChannel> Reach(World& world, const PortContract& port, const std::string& name, Deadline deadline) {
  Endpoint endpoint = world.endpoints.find(port.name)->second;
  endpoint.host = name;
  E2E_TRY(LineChannel channel,
          LineChannel::Connect(endpoint, Security::kPlain, TlsTrust{}, world.clock, world.interrupt, &world.transcript,
                               deadline),
          "connecting");
  if (port.security == Security::kImplicitTls) return channel;
  ReplyReader reader(port.protocol, channel);
  E2E_CHECK(reader.Read(deadline), "reading the greeting");
  for (const std::string& command : StartTlsCommands(port.protocol)) {
    E2E_CHECK(channel.Write(command + "\r\n", deadline), "asking for TLS");
    reader.Sent(command);
    E2E_CHECK(reader.Read(deadline), "asking for TLS");
  }
  return channel;
}

Outcome<std::string> CertificateOf(World& world, const std::string& secret, Deadline deadline) {
  E2E_TRY(const nlohmann::json object, world.api.Get(CorePath(world.ns, "secrets", secret), deadline),
          "reading the Secret " + secret);
  const auto certificate = Base64Decode(TextAt(object, "/data/tls.crt"));
  if (!certificate || certificate->empty())
    return Error(ErrorKind::kInconclusive, fmt::format("the Secret {} holds no tls.crt", secret));
  return *certificate;
}

class TlsExpect : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    std::vector<std::string> ports;
    for (const PortContract& port : kPortContracts) {
      if (port.security != Security::kPlain) ports.emplace_back(port.name);
    }
    visitor.Text("port", port_, {.help = "port of the Service", .required = true, .choices = ports});
    visitor.Texts("versions", versions_,
                  {.help = "what it speaks; every other version it refuses", .choices = VersionNames()});
    visitor.Texts("names", names_, {.help = "hosts that its certificate is for; default: not looked at"});
    visitor.Text("secret", secret_, {.help = "Secret whose tls.crt it presents; default: any certificate"});
  }
  std::string Check() const override {
    return secret_.empty() || !names_.empty() ? ""
                                              : "a certificate is looked at for one of the names, and none is given";
  }
  Outcome<std::string> Run(World& world, Deadline deadline) override {
    const PortContract& port = ContractOf(port_);
    TlsTrust trust{.named = true};
    if (!secret_.empty()) {
      E2E_TRY(trust.ca_pem, CertificateOf(world, secret_, deadline), "learning the certificate");
    }
    const std::string host = world.endpoints.find(port_)->second.host;
    for (const VersionName& version : kVersions) {
      E2E_TRY(const std::string refusal, Handshake(world, port, host, {.version = version.version}, deadline),
              fmt::format("TLS {} on port {}", version.name, port_));
      const bool wanted = std::find(versions_.begin(), versions_.end(), version.name) != versions_.end();
      if (wanted == refusal.empty()) continue;
      return Error(ErrorKind::kExpectation, wanted ? fmt::format("TLS {} is refused: {}", version.name, refusal)
                                                   : fmt::format("TLS {} is spoken", version.name))
          .While("tls.expect on port " + port_);
    }
    E2E_CHECK(CheckNames(world, port, trust, deadline), "tls.expect on port " + port_);
    return fmt::format("port {} speaks TLS {} alone{}", port_, Join(versions_, " and "),
                       names_.empty() ? "" : ", its certificate is for " + Join(names_, ", "));
  }

 private:
  Status CheckNames(World& world, const PortContract& port, const TlsTrust& trust, Deadline deadline) const {
    for (const std::string& name : names_) {
      E2E_TRY(const std::string refusal, Handshake(world, port, name, trust, deadline), "checking the certificate");
      if (refusal.empty()) continue;
      return Error(ErrorKind::kExpectation, fmt::format("the certificate is not good for {}: {}", name, refusal));
    }
    return {};
  }

  // Why there is no TLS; empty: there is.
  static Outcome<std::string> Handshake(World& world, const PortContract& port, const std::string& name,
                                        const TlsTrust& trust, Deadline deadline) {
    E2E_TRY(LineChannel channel, Reach(world, port, name, deadline), "before the handshake");
    const Status done = channel.StartTls(trust, deadline);
    if (done) return std::string();
    if (done.error().kind() != ErrorKind::kTransport) return done.error();
    return done.error().message();
  }

  std::string port_;
  std::vector<std::string> versions_ = {"1.2", "1.3"};
  std::vector<std::string> names_;
  std::string secret_;
};

}  // namespace

std::vector<StepKind> TlsSteps() {
  return {
      {"tls.expect", "which versions of TLS a port speaks, and for whom its certificate is", Duration(60'000),
       MakeStep<TlsExpect>(), /*checks=*/true},
  };
}

}  // namespace e2e
