// Doctor: looks whether this machine can do a run, and says what to do where it cannot.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "process/command.h"
#include "run/options.h"

namespace e2e {

struct Finding {
  std::string about;  // one or two words
  std::string seen;
  // What to do; empty when all is well.
  std::string advice{};

  bool ok() const { return advice.empty(); }
};

// What the kernel says of this machine; nothing where it does not say it.
struct Machine {
  std::optional<long long> free_memory_mib;
  std::optional<long long> inotify_instances;
  std::optional<long long> inotify_watches;
  std::optional<long long> open_files;
  std::function<std::optional<long long>(const std::filesystem::path&)> free_disk_mib;
};

Machine ThisMachine();

// In the order in which a run needs them. Starts nothing and changes nothing but a file in the cache that is removed
// again; a tool that does not answer within 20 s is a finding.
std::vector<Finding> Examine(const RunOptions& options, const Machine& machine, CommandRunner& runner, Clock& clock);

// One line for each, and one for what to do.
std::string Text(const std::vector<Finding>& findings);

}  // namespace e2e
