// ServerValues: the Helm values that a release of a server needs, whatever its lane.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace e2e {

struct ServerUnderTest;

// Of a `foreign_chart` only what says the image.
nlohmann::json ServerValues(const ServerUnderTest& server, bool foreign_chart);

}  // namespace e2e
