// Endpoint: where a server is dialled, under which name, and what is trusted there. Plain values.
#pragma once

#include <cstdint>
#include <string>

namespace e2e {

struct Endpoint {
  // The name for SNI, the Host header and the check of the certificate. An IP address is fine too.
  std::string host;
  // What is really dialled: the near end of a port mapping. Default: loopback.
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;

  // "address:port".
  std::string Text() const { return address + ":" + std::to_string(port); }
};

enum class Security { kPlain, kStartTls, kImplicitTls };

enum class TlsVersion { kAny, k10, k11, k12, k13 };

// What a client demands in a TLS handshake.
struct TlsTrust {
  // The only accepted issuers, in PEM. Empty: any certificate is taken, because the server made its own.
  std::string ca_pem;
  // The certificate has to name the host, whoever issued it. With `ca_pem` it has to in any case.
  bool named = false;
  // The only one that is offered. Default: all that are safe.
  TlsVersion version = TlsVersion::kAny;
};

struct Credentials {
  std::string user;
  std::string password;
};

// For mutual TLS; both in PEM.
struct ClientCertificate {
  std::string cert_pem;
  std::string key_pem;
};

}  // namespace e2e
