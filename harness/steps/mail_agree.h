// mail.agree: two clients that share no code have to see the same mail.
#pragma once

#include <string>

#include "steps/world.h"

namespace e2e {

struct AgreePlan {
  std::string port = "submission";
  std::string read = "imaps";
  std::size_t size = 0;
  // Of the messages; unique in the scenario.
  std::string name;
};

// The first account sends the second one a message with our SMTP and one with libcurl's. Each is found by our IMAP and
// fetched by libcurl's, whole and in its two parts: kExpectation when they differ in an octet, or from what was sent.
Outcome<std::string> AgreeOnMail(World& world, const AgreePlan& plan, Deadline deadline);

}  // namespace e2e
