// Diagnostics: everything that helps to understand a failure, taken before the teardown destroys it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cluster/helm_release.h"
#include "cluster/kube_api.h"
#include "cluster/node.h"

namespace e2e {

struct DiagnosticsOptions {
  std::string ns;
  // Made when missing.
  std::filesystem::path folder;
  // Replaced by *** in every file, also where they stand in base64, as in the manifest of a Secret; so is what looks
  // like another one (cluster/redaction.h).
  std::vector<std::string> secrets{};
};

struct DiagnosticsReport {
  std::vector<std::filesystem::path> files;
  // What could not be had, one line each; also in missing.txt of the folder.
  std::vector<std::string> missing;
};

// Objects of the namespace as JSON (no Secrets), events in order of time, logs of every container with the run
// before, a summary, helm's values, manifest and history, the tail of the node's logs, and index.md, which says what
// each file is. Never fails: what can't be had, or not before the deadline, is listed. `helm` and `node` may be null.
DiagnosticsReport CollectDiagnostics(KubeApi& api, HelmRelease* helm, Node* node, const DiagnosticsOptions& options,
                                     Deadline deadline);

}  // namespace e2e
