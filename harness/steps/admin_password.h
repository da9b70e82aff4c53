// Where the administrator's password is, when the harness has not chosen it.
#pragma once

#include <string>

#include "steps/world.h"

namespace e2e {

// Out of the chart's Secret, "<release>-admin". kExpectation when there is none, or no password in it.
Outcome<std::string> ReadAdminSecret(World& world, Deadline deadline);

// Out of the line that the server's first start writes to its log; waits for it.
Outcome<std::string> ReadAdminLog(World& world, Deadline deadline);

// Makes it the password that the harness uses, and hides it from now on in what is kept.
void UseAdminPassword(World& world, const std::string& password);

}  // namespace e2e
