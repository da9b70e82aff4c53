// WorkerLines: what a worker process says on its stdout, line by line.
#pragma once

#include <string>
#include <string_view>

namespace e2e {

enum class WorkerSays {
  kLine,     // for the person who watches
  kWarning,  // the same
  kDetail,   // for whoever wants all
  kLive,     // what it waits for at the moment
};

struct WorkerWord {
  WorkerSays says = WorkerSays::kLine;
  std::string text{};
};

// `word`, whose text may have several lines, as one line without its end.
std::string WorkerLine(const WorkerWord& word);
// The other way round; any other line is a kLine as it is.
WorkerWord ParseWorkerLine(std::string_view line);

}  // namespace e2e
