#include "run/worker_task.h"

#include <nlohmann/json.hpp>

namespace e2e {
namespace {

using nlohmann::json;

// One list of the fields serves both directions: `visit` gets each field's name and its variable.
template <typename Task, typename Visit>
void ForEachField(Task& task, const Visit& visit) {
  visit("scenarios", task.options.scenarios);
  visit("chart", task.options.chart);
  visit("released", task.options.released);
  visit("cache", task.options.cache);
  visit("keep", task.options.keep);
  visit("verbosity", task.options.verbosity);
  visit("docker", task.options.tools.docker);
  visit("kind", task.options.tools.kind);
  visit("helm", task.options.tools.helm);
  visit("docker_host", task.options.tools.docker_host);
  visit("server", task.options.server);
  visit("server_image", task.options.server_image);
  visit("standin", task.options.standin);
  visit("standin_image", task.options.standin_image);
  visit("run_id", task.run_id);
  visit("run_folder", task.run_folder);
  visit("scenario_file", task.scenario_file);
  visit("round", task.number.round);
  visit("attempt", task.number.attempt);
  visit("kubeconfig", task.kubeconfig);
  visit("node", task.node);
  visit("terminal", task.terminal);
  visit("lane", task.lane);
  visit("host_ports", task.host_ports);
}

}  // namespace

std::string ToText(const WorkerTask& task) {
  json object;
  ForEachField(task, [&]<typename Field>(const char* name, const Field& field) {
    if constexpr (std::is_same_v<Field, std::filesystem::path>) {
      object[name] = field.string();
    } else {
      object[name] = field;
    }
  });
  return object.dump();
}

Outcome<WorkerTask> TaskFromText(const std::string& text) {
  WorkerTask task;
  try {
    const json object = json::parse(text);
    ForEachField(task, [&]<typename Field>(const char* name, Field& field) {
      if constexpr (std::is_same_v<Field, std::filesystem::path>) {
        field = object.at(name).get<std::string>();
      } else {
        field = object.at(name).get<Field>();
      }
    });
  } catch (const json::exception& problem) {
    return Error(ErrorKind::kInternal, std::string("not a worker's task: ") + problem.what());
  }
  return task;
}

}  // namespace e2e
