// PostRender: what a mutant makes of what helm has rendered, as helm's post-renderer.
#pragma once

#include <string>
#include <vector>

#include "base/outcome.h"
#include "scenario/mutant.h"

namespace e2e {

// `manifests` with the patches that are for `verb` ("install", "upgrade"). Objects that none selects stay as they are
// written. A patch that finds no object, that does not apply, or that changes nothing is kExpectation: it would prove
// nothing.
Outcome<std::string> PostRender(const std::vector<ObjectPatch>& patches, const std::string& verb,
                                const std::string& manifests);

// The same as a process: helm hands the manifests over on stdin and reads stdout; what is wrong goes to stderr.
int RunPostRenderer(const std::string& mutant_file, const std::string& verb);

}  // namespace e2e
