// PostRenderer: how helm is told of a program that changes what it has rendered. Helm 3 takes the program itself; Helm
// 4 takes the name of a plugin, which is a folder with a plugin.yaml that names the program (v4.3.1).
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"

namespace e2e {

// What a helm command needs for it.
struct RendererCall {
  std::vector<std::string> args{};
  std::map<std::string, std::string> env{};
};

// `program` is its path and its first arguments; `last` follows them. `helm_version` is what helm calls itself:
// "v4.3.1". A plugin is made below `folder`, which no other helm may use at the same time; kInfra when it can't be.
Outcome<RendererCall> CallPostRenderer(std::string_view helm_version, const std::vector<std::string>& program,
                                       const std::string& last, const std::filesystem::path& folder);

}  // namespace e2e
