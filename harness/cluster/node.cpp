#include "cluster/node.h"

#include <fmt/format.h>

#include <sstream>

#include "base/text.h"

namespace e2e {
namespace {

std::vector<std::string> ReadStates(const std::vector<int>& pids) {
  std::vector<std::string> argv = {"cat"};
  for (const int pid : pids) argv.push_back(fmt::format("/proc/{}/stat", pid));
  return argv;
}

// Of lines "PID (name) STATE …", where the name may itself have parentheses.
std::string StatesIn(const std::string& lines) {
  std::string states;
  for (const std::string& line : Split(Trim(lines), '\n')) {
    const std::size_t name_end = line.rfind(')');
    if (name_end != std::string::npos && name_end + 2 < line.size()) states += line[name_end + 2];
  }
  return states;
}

}  // namespace

Outcome<std::string> Node::Exec(std::vector<std::string> argv, Deadline deadline) {
  argv.insert(argv.begin(), {"exec", container_});
  return RunChecked(runner_, tools_.Docker(std::move(argv)), deadline);
}

Outcome<CommandResult> Node::TryExec(std::vector<std::string> argv, Deadline deadline) {
  argv.insert(argv.begin(), {"exec", container_});
  return runner_.Run(tools_.Docker(std::move(argv)), deadline);
}

Outcome<std::string> Node::Inspect(const std::string& format, Deadline deadline) {
  E2E_TRY(const std::string out,
          RunChecked(runner_, tools_.Docker({"inspect", "--format", format, container_}), deadline),
          "asking the engine for " + format);
  return std::string(Trim(out));
}

Outcome<std::string> Node::StartedAt(Deadline deadline) {
  return Inspect("{{.State.StartedAt}}", deadline);
}

Status Node::Restart(Deadline deadline) {
  E2E_TRY(const std::string out, RunChecked(runner_, tools_.Docker({"restart", container_}), deadline),
          "restarting node " + container_);
  return {};
}

Status Node::Kill(Deadline deadline) {
  E2E_TRY(const std::string out, RunChecked(runner_, tools_.Docker({"kill", "--signal", "KILL", container_}), deadline),
          "killing node " + container_);
  return {};
}

Status Node::Start(Deadline deadline) {
  E2E_TRY(const std::string out, RunChecked(runner_, tools_.Docker({"start", container_}), deadline),
          "starting node " + container_);
  return {};
}

Outcome<std::string> Node::ExitCode(Deadline deadline) {
  return Inspect("{{.State.ExitCode}}", deadline);
}

Outcome<std::vector<int>> Node::PidsOf(const std::string& container_id, Deadline deadline) {
  E2E_TRY(const std::string out, Exec({"ctr", "--namespace", "k8s.io", "tasks", "ps", container_id}, deadline),
          "listing the processes of container " + container_id);
  // A head line, then one line for each process that begins with its id.
  std::vector<int> pids;
  for (const std::string& line : Split(out, '\n')) {
    std::istringstream words(line);
    std::string first;
    words >> first;
    if (const auto pid = ParseInt(first)) pids.push_back(static_cast<int>(*pid));
  }
  if (pids.empty()) return Error(ErrorKind::kInconclusive, "no process runs in container " + container_id).Detail(out);
  return pids;
}

Outcome<std::string> Node::StatesOf(const std::vector<int>& pids, Deadline deadline) {
  E2E_TRY(const std::string out, Exec(ReadStates(pids), deadline), "reading the states of processes");
  const std::string states = StatesIn(out);
  if (states.size() == pids.size()) return states;
  return Error(ErrorKind::kInternal, "unreadable states of processes").Detail(out);
}

Outcome<std::string> Node::StatesOfThose(const std::vector<int>& pids, Deadline deadline) {
  // The node's first process is always there: without it, it was not the node that answered.
  std::vector<int> asked = {1};
  asked.insert(asked.end(), pids.begin(), pids.end());
  E2E_TRY(const CommandResult result, TryExec(ReadStates(asked), deadline), "reading the states of processes");
  const std::string states = StatesIn(result.out);
  if (result.out.starts_with("1 (") && !states.empty()) return states.substr(1);
  return Error(ErrorKind::kCommandFailed, "the states of processes can't be read: " + Text(result))
      .Detail(Tail(result.err, 5));
}

}  // namespace e2e
