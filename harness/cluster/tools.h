// Tools: the programs that make and feed a cluster, and the engine that they talk to.
#pragma once

#include <string>
#include <vector>

#include "process/command.h"

namespace e2e {

// Value type. Absolute paths, as kind-config/prepare found or made them.
struct Tools {
  std::string docker{};
  std::string kind{};
  std::string helm{};
  // Value of DOCKER_HOST. Empty: the engine's default.
  std::string docker_host{};

  // Commands that talk to this engine only, whatever the user's environment says. `args` without the program.
  Command Docker(std::vector<std::string> args) const;
  Command Kind(std::vector<std::string> args) const;
};

}  // namespace e2e
