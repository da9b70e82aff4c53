#include "cluster/tools.h"

#include <cstdlib>
#include <filesystem>

namespace e2e {
namespace {

Command Engine(const std::string& program, std::vector<std::string> args, const std::string& docker_host) {
  args.insert(args.begin(), program);
  Command command{.argv = std::move(args), .unset_env = {"DOCKER_CONTEXT", "KUBECONFIG"}};
  if (!docker_host.empty()) command.env["DOCKER_HOST"] = docker_host;
  return command;
}

}  // namespace

Command Tools::Docker(std::vector<std::string> args) const {
  return Engine(docker, std::move(args), docker_host);
}

Command Tools::Kind(std::vector<std::string> args) const {
  Command command = Engine(kind, std::move(args), docker_host);
  command.unset_env.insert(command.unset_env.end(), {"KIND_EXPERIMENTAL_PROVIDER", "KIND_EXPERIMENTAL_DOCKER_NETWORK"});
  // kind looks for docker on PATH.
  if (const std::string folder = std::filesystem::path(docker).parent_path().string(); !folder.empty()) {
    const char* path = std::getenv("PATH");
    command.env["PATH"] = path == nullptr ? folder : folder + ":" + path;
  }
  return command;
}

}  // namespace e2e
