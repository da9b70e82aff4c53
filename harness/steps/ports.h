// The eight ports of the Service and what a client finds behind each of them.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "net/endpoint.h"

namespace e2e {

enum class Protocol { kHttp, kSmtp, kImap, kSieve };

struct PortContract {
  // The Service's name for it.
  std::string_view name;
  Protocol protocol;
  // How a login gets its TLS: by STARTTLS, or from the first octet on (RFC 8314).
  Security security;
};

inline constexpr std::array<PortContract, 8> kPortContracts = {{
    {"http", Protocol::kHttp, Security::kPlain},
    {"https", Protocol::kHttp, Security::kImplicitTls},
    {"smtp", Protocol::kSmtp, Security::kStartTls},
    {"submission", Protocol::kSmtp, Security::kStartTls},
    {"smtps", Protocol::kSmtp, Security::kImplicitTls},
    {"imap", Protocol::kImap, Security::kStartTls},
    {"imaps", Protocol::kImap, Security::kImplicitTls},
    {"sieve", Protocol::kSieve, Security::kStartTls},
}};

// `name` must be one of them.
const PortContract& ContractOf(std::string_view name);

}  // namespace e2e
