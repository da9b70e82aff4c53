#include "process/find_program.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "base/text.h"

namespace e2e {
namespace {

bool IsProgram(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), X_OK) == 0;
}

std::string PathOf(const Command& command) {
  if (const auto own = command.env.find("PATH"); own != command.env.end()) return own->second;
  const char* inherited = std::getenv("PATH");
  return inherited == nullptr ? "" : inherited;
}

}  // namespace

Outcome<std::string> FindProgram(const Command& command) {
  const std::string& name = command.argv.at(0);
  if (name.find('/') != std::string::npos) {
    if (IsProgram(name)) return name;
    return Error(ErrorKind::kToolMissing,
                 fmt::format("{} is not there or not executable; install it or correct its path", name));
  }
  const std::string path = PathOf(command);
  for (const std::string& folder : Split(path, ':')) {
    if (const std::string candidate = folder + "/" + name; !folder.empty() && IsProgram(candidate)) return candidate;
  }
  return Error(ErrorKind::kToolMissing, fmt::format("{} was not found on PATH; install it (PATH={})", name, path));
}

}  // namespace e2e
