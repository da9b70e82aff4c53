#include "cluster/tools.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "base/text.h"

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
  const std::string folder = std::filesystem::path(docker).parent_path().string();
  const char* inherited = std::getenv("PATH");
  const std::string path = inherited == nullptr ? "" : inherited;
  const std::vector<std::string> folders = Split(path, ':');
  if (!folder.empty() && std::find(folders.begin(), folders.end(), folder) == folders.end()) {
    command.env["PATH"] = folder + ":" + path;
  }
  return command;
}

}  // namespace e2e
