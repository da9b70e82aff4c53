// ReleasedChart: a chart out of where releases are kept, never out of a repository's history.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/outcome.h"
#include "process/command.h"

namespace e2e {

struct ReleasedChart {
  // As the user named it; a version by the folder that it is kept in.
  std::string source;
  std::string version;
  // Unpacked.
  std::string folder;
  // SHA-256 over the names and the contents of its files.
  std::string digest;
};

struct ReleaseShelf {
  // The project's own releases: a folder for each version.
  std::filesystem::path releases;
  // Where packages are unpacked. What is below it is replaced.
  std::filesystem::path unpacked;
  std::string helm;
};

// `source` is one of
//   a version, or `latest`: out of `shelf.releases`; latest is the last one below `below`
//   the path of a chart's folder or of its package (.tgz)
//   oci://HOST/PATH/CHART, with :VERSION or its last version
//   http(s)://HOST/PATH#CHART, a chart repository, with :VERSION or its last version
// kBadScenario when there is no such chart, with the versions that there are; what helm or tar say otherwise.
Outcome<ReleasedChart> FindReleased(CommandRunner& runner, const ReleaseShelf& shelf, const std::string& source,
                                    const std::string& below, Deadline deadline);

// A chart that is a folder already. kBadScenario when it can't be read.
Outcome<ReleasedChart> ReadChart(const std::string& source, const std::filesystem::path& folder);

// Semantic versions by their three numbers; a later one is greater.
bool IsOlder(const std::string& version, const std::string& other);

}  // namespace e2e
