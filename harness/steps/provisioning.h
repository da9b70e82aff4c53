// Provisioning: the domain and the accounts that tests use, made by the server's own management interface.
#pragma once

#include "base/clock.h"
#include "base/outcome.h"
#include "steps/world.h"

namespace e2e {

// Makes world.accounts and their domains, and switches off the inbound throttles, which would refuse the 26th message
// of a pair of sender and recipient in an hour. What exists already is left as it is, so a second call is harmless.
// kExpectation when the server refuses, with its own words.
Status Provision(World& world, Deadline deadline);

// The same by the interface of Stalwart 0.15: POST /api/principal and /api/settings.
Status ProvisionByRest(World& world, Deadline deadline);

// The same by that of Stalwart 0.16: POST /jmap, on a new server one request for all domains and accounts. That the
// throttles stay on until the next start (as without a DNS) is tolerated and logged: mail.load bears with them.
Status ProvisionByJmap(World& world, Deadline deadline);

// Switches the inbound throttles off. Gives whether that holds now; otherwise it does from the next start on.
// kExpectation when the server refuses.
Outcome<bool> ThrottlesOff(World& world, Deadline deadline);
Outcome<bool> ThrottlesOffByRest(World& world, Deadline deadline);
Outcome<bool> ThrottlesOffByJmap(World& world, Deadline deadline);

}  // namespace e2e
