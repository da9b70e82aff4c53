// WorkerTask: what a worker process has to know to run one scenario, as JSON on its standard input.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/outcome.h"
#include "run/options.h"
#include "run/run_number.h"

namespace e2e {

struct WorkerTask {
  // Those that matter to a scenario.
  RunOptions options;
  std::string run_id;
  std::filesystem::path run_folder;
  std::filesystem::path scenario_file;
  RunNumber number;
  std::filesystem::path kubeconfig;
  std::string node;
  // The parent shows its lines on a terminal.
  bool terminal = false;
  int lane = 0;
  // Of the lane, in the Service's order.
  std::vector<std::uint16_t> host_ports;
};

std::string ToText(const WorkerTask& task);
// kInternal when it is not what ToText writes.
Outcome<WorkerTask> TaskFromText(const std::string& text);

// Where the worker leaves the result, within the scenario's artifacts.
inline constexpr const char* kResultFile = "result.json";

}  // namespace e2e
