#include "steps/greeting.h"

#include <fmt/format.h>

#include <algorithm>

#include "net/line_channel.h"

namespace e2e {
namespace {

Error NotTheProtocol(const PortContract& port, std::string_view expected, const std::string& line) {
  return Error(ErrorKind::kExpectation,
               fmt::format("port {} does not speak its protocol: expected {}, got \"{}\"", port.name, expected, line));
}

// RFC 5804 1.2: capability lines, then OK. Gives the first line.
Outcome<std::string> ReadSieveGreeting(const PortContract& port, LineChannel& channel, Deadline deadline) {
  E2E_TRY(const std::string first, channel.ReadLine(deadline), "reading ManageSieve's greeting");
  for (std::string line = first;;) {
    if (line.starts_with("OK")) return first;
    if (!line.starts_with('"')) return NotTheProtocol(port, "ManageSieve capabilities", line);
    E2E_TRY(line, channel.ReadLine(deadline), "reading ManageSieve's greeting");
  }
}

Outcome<std::string> ReadHttpGreeting(World& world, const PortContract& port, Deadline deadline) {
  HttpRequest request;
  request.scheme = port.security == Security::kImplicitTls ? "https" : "http";
  request.endpoint = world.endpoints.find(port.name)->second;
  request.path = "/healthz/live";
  E2E_TRY(const HttpResponse response, world.http.Send(request, deadline), fmt::format("asking port {}", port.name));
  if (response.status != 200)
    return NotTheProtocol(port, "status 200 on /healthz/live", std::to_string(response.status));
  return fmt::format("HTTP {}", response.status);
}

}  // namespace

Outcome<std::string> ReadGreeting(World& world, const PortContract& port, Deadline deadline) {
  if (port.protocol == Protocol::kHttp) return ReadHttpGreeting(world, port, deadline);
  const Security security = port.security == Security::kImplicitTls ? Security::kImplicitTls : Security::kPlain;
  E2E_TRY(LineChannel channel,
          LineChannel::Connect(world.endpoints.find(port.name)->second, security, TlsTrust{}, world.clock,
                               world.interrupt, &world.transcript, deadline),
          fmt::format("dialling port {}", port.name));
  if (port.protocol == Protocol::kSieve) return ReadSieveGreeting(port, channel, deadline);
  E2E_TRY(std::string line, channel.ReadLine(deadline), fmt::format("reading the greeting of port {}", port.name));
  const std::string_view expected = port.protocol == Protocol::kSmtp ? "220" : "* OK";
  if (!line.starts_with(expected)) return NotTheProtocol(port, fmt::format("\"{} …\"", expected), line);
  return line;
}

Duration GreetingPatience::Next() const {
  constexpr Duration kFirst{300}, kLast{3'000};
  constexpr int kDoublings = 4;
  return std::min(kLast, kFirst * (1 << std::min(silences_, kDoublings)));
}

}  // namespace e2e
