// Kubeconfig: where the API server is and how to prove who asks, out of the file that kind wrote.
#pragma once

#include <filesystem>
#include <string>

#include "base/outcome.h"
#include "net/endpoint.h"

namespace e2e {

struct Kubeconfig {
  Endpoint server;
  std::string ca_pem;
  ClientCertificate client;

  // Takes the first cluster and the first user; kInfra when the file does not have what kind writes.
  static Outcome<Kubeconfig> Read(const std::filesystem::path& file);
};

}  // namespace e2e
