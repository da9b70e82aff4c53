// LoadedImages: which images a cluster's node was given, so that a cluster that is used again gets only new ones.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/outcome.h"

namespace e2e {

// A file of the cluster's own, name by ID (the engine's). What can't be read counts as not loaded: loading twice does
// no harm.
class LoadedImages {
 public:
  explicit LoadedImages(std::filesystem::path file);

  // Those of `images` whose name does not stand for this ID on the node. `ids` are in the order of `images`; when they
  // are not as many, nothing is known and all are returned.
  std::vector<std::string> Missing(const std::vector<std::string>& images, const std::vector<std::string>& ids) const;
  // Remembers them; kInfra when the file can't be written.
  Status Add(const std::vector<std::string>& images, const std::vector<std::string>& ids);

 private:
  const std::filesystem::path file_;
  std::map<std::string, std::string> ids_;
};

}  // namespace e2e
