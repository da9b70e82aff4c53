// The eight ports of the Service and what a client finds behind each of them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/endpoint.h"

namespace e2e {

enum class Protocol { kHttp, kSmtp, kImap, kSieve };

struct PortContract {
  // The Service's name for it.
  std::string_view name;
  Protocol protocol;
  // Where the server listens, as the documentation's chart has it.
  std::uint16_t container_port;
  // How a login gets its TLS: by STARTTLS, or from the first octet on (RFC 8314).
  Security security;
};

inline constexpr std::array<PortContract, 8> kPortContracts = {{
    {"http", Protocol::kHttp, 8080, Security::kPlain},
    {"https", Protocol::kHttp, 443, Security::kImplicitTls},
    {"smtp", Protocol::kSmtp, 25, Security::kStartTls},
    {"submission", Protocol::kSmtp, 587, Security::kStartTls},
    {"smtps", Protocol::kSmtp, 465, Security::kImplicitTls},
    {"imap", Protocol::kImap, 143, Security::kStartTls},
    {"imaps", Protocol::kImap, 993, Security::kImplicitTls},
    {"sieve", Protocol::kSieve, 4190, Security::kStartTls},
}};

// `name` must be one of them.
const PortContract& ContractOf(std::string_view name);
// Where users submit mail, and where they log in with a protocol of mail.
std::vector<std::string> SubmissionPorts();
std::vector<std::string> LoginPorts();

}  // namespace e2e
