// Soak: a scenario of mail traffic with one fault after another, made out of a seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace e2e {

struct SoakPlan {
  // About how long its steps take on a machine with two cores.
  int minutes = 30;
  // The same one gives the same faults in the same order with the same traffic in between.
  std::uint64_t seed = 1;
};

// "seed-7-30m": the name of its scenario, in the suite soak.
std::string NameOf(const SoakPlan& plan);
// A fault, and how many messages more are acknowledged before it.
struct SoakStrike {
  int messages = 0;
  std::vector<std::string> steps;
};

// What the seed chooses, all of it.
std::vector<SoakStrike> SoakStrikes(const SoakPlan& plan);
// The same for people, a line for each.
std::string SoakText(const SoakPlan& plan);
// The scenario's file. Between two faults 100 to 300 messages are acknowledged, which at five a second are 20 to 60 s;
// in the end the ledger of all of them has to agree with the mailboxes.
std::string SoakScenario(const SoakPlan& plan);

}  // namespace e2e
