// The two halves of the durability check: messages into the ledger, and the mailboxes held against it.
#pragma once

#include <string>

#include "scenario/fields.h"
#include "steps/world.h"

namespace e2e {

struct LoadPlan {
  std::string port = "submission";
  long long count = 0;
  SizeRange size{1024, 65536};
  std::string ledger;
};

// Submits messages of mixed sizes between all accounts, ten for each connection, until `count` are acknowledged.
// A refusal is recorded and made up for by another message, after a pause that grows; more refusals than `count`
// end it. When three quarters are acknowledged the UIDs are recorded; the rest is acknowledged right before the
// next step, so that a fault also meets messages that are still in the server's queue.
Outcome<std::string> LoadMail(World& world, const LoadPlan& plan, Deadline deadline);

struct VerifyPlan {
  std::string ledger;
  // The control: every acknowledged message must be gone.
  bool all_lost = false;
  long long corrupt = 0;
  long long duplicate = 0;
  long long phantom = 0;
  bool same_uids = true;
};

// Reads all mailboxes until every acknowledged message is there (or the deadline has passed), and once more
// after that, as a duplicate may come late. kExpectation lists what is wrong; each class with examples.
Outcome<std::string> VerifyMail(World& world, const VerifyPlan& plan, Deadline deadline);

}  // namespace e2e
