#include "run/worker_task.h"

#include <gmock/gmock.h>

#include "support/outcome_matchers.h"

namespace e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(WorkerTask, GoesThereAndBack) {
  WorkerTask task;
  task.options.scenarios = "my scenarios";
  task.options.chart = "/c";
  task.options.released = {"/r/1", "/r/2"};
  task.options.keep = Keep::kFailed;
  task.options.tools = {.docker = "/d", .kind = "/k", .helm = "/h", .docker_host = "unix:///s"};
  task.options.server = "stalwart-0.16";
  task.options.server_image = "m:1";
  task.options.standin = "reference";
  task.options.standin_image = "r:1";
  task.run_id = "261124-1";
  task.run_folder = "/a/261124-1";
  task.scenario_file = "my scenarios/a/b.yaml";
  task.number = {.round = 2, .attempt = 3};
  task.kubeconfig = "/a/kubeconfig";
  task.node = "n";
  task.lane = 2;
  task.host_ports = {1, 2, 3, 4, 5, 6, 7, 65535};
  const auto read = TaskFromText(ToText(task));
  ASSERT_THAT(read, Succeeds());
  EXPECT_EQ(ToText(*read), ToText(task));
  EXPECT_THAT(read->options.released, ElementsAre("/r/1", "/r/2"));
  EXPECT_EQ(read->options.keep, Keep::kFailed);
  EXPECT_EQ(read->options.tools.docker_host, "unix:///s");
  EXPECT_EQ(read->options.standin, "reference");
  EXPECT_EQ(read->scenario_file, "my scenarios/a/b.yaml");
  EXPECT_EQ(read->number.round, 2);
  EXPECT_EQ(read->number.attempt, 3);
  EXPECT_THAT(read->host_ports, ElementsAre(1, 2, 3, 4, 5, 6, 7, 65535));
}

TEST(WorkerTask, AnythingElseIsNoTask) {
  EXPECT_THAT(TaskFromText(""), FailsWith(ErrorKind::kInternal, HasSubstr("not a worker's task")));
  EXPECT_THAT(TaskFromText("{}"), FailsWith(ErrorKind::kInternal, HasSubstr("not a worker's task")));
}

}  // namespace
}  // namespace e2e
