// The two halves of the durability check: messages into the ledger, and the mailboxes held against it.
#pragma once

#include <string>

#include "steps/size_mix.h"
#include "steps/world.h"

namespace e2e {

struct LoadPlan {
  std::string port = "submission";
  std::size_t count = 0;
  SizeMix sizes{{1024, 65536}};
  std::uint64_t seed = 1;
  // Connections at the same time.
  std::size_t sessions = 1;
  // Messages a second at most; 0: as many as the server takes.
  long long rate = 0;
  std::string ledger;
};

// Submits messages between all accounts, ten for each connection, until `count` are acknowledged. A refusal is
// recorded and made up for by another message, after a pause that grows; more refusals than `count` end it, and so
// does a session that can't be opened. When three quarters are acknowledged the UIDs are recorded; the rest is
// acknowledged right before the next step, so that a fault also meets messages that are still in the server's queue.
Outcome<std::string> LoadMail(World& world, const LoadPlan& plan, Deadline deadline);

struct VerifyPlan {
  std::string ledger;
  // Of what was acknowledged: nothing may be gone, everything must be (the control), or whatever was not synced may be.
  enum class Lost { kNone, kAll, kAny };
  Lost lost = Lost::kNone;
  long long corrupt = 0;
  long long duplicate = 0;
  long long phantom = 0;
  bool same_uids = true;
};

// Messages that another ledger of the scenario knows are not looked at. Reads all mailboxes until every acknowledged
// message is there (or the deadline has passed), and once more after that, as a duplicate may come late. kExpectation
// lists what is wrong; each class with examples.
Outcome<std::string> VerifyMail(World& world, const VerifyPlan& plan, Deadline deadline);

}  // namespace e2e
