// Tools: the programs that make and feed a cluster, and the engine that they talk to.
#pragma once

#include <string>

#include "process/command.h"

namespace e2e {

// Value type. Absolute paths, as kind-config/prepare found or made them.
struct Tools {
  std::string docker{};
  std::string kind{};
  std::string helm{};
  // Value of DOCKER_HOST. Empty: the engine's default.
  std::string docker_host{};

  // A command of docker or kind that talks to this engine only, whatever the user's environment says.
  Command Engine(std::vector<std::string> argv) const {
    Command command{.argv = std::move(argv), .unset_env = {"DOCKER_CONTEXT", "KUBECONFIG"}};
    if (!docker_host.empty()) command.env["DOCKER_HOST"] = docker_host;
    return command;
  }
};

}  // namespace e2e
