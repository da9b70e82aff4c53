// TestCertificate: keys and self-signed certificates made while a test runs.
#pragma once

#include <string>
#include <vector>

namespace e2e {

// Both in PEM. The certificate is its own authority, so it also serves as a trusted `ca_pem`.
struct TestCertificate {
  std::string cert_pem;
  std::string key_pem;
};

// `names` are subject alternative names: "DNS:mail.example.org", "IP:127.0.0.1". Aborts when OpenSSL fails.
TestCertificate MakeTestCertificate(const std::vector<std::string>& names);

}  // namespace e2e
