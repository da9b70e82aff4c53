// AgainCommand: what to type to run one scenario again.
#pragma once

#include <string>

namespace e2e {

// For a shell, whatever the id holds: of a scenario ("smoke/ports"), a mutant ("sabotage/port-gone"), a lane
// ("qualify/rollback") or a soak
// ("soak/seed-7-30m").
std::string AgainCommand(const std::string& id);

}  // namespace e2e
