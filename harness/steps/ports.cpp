#include "steps/ports.h"

#include <algorithm>
#include <cassert>

namespace e2e {

const PortContract& ContractOf(std::string_view name) {
  const auto at = std::find_if(kPortContracts.begin(), kPortContracts.end(),
                               [&](const PortContract& contract) { return contract.name == name; });
  assert(at != kPortContracts.end());
  return *at;
}

std::vector<std::string> SubmissionPorts() {
  return {"submission", "smtps"};
}

std::vector<std::string> LoginPorts() {
  std::vector<std::string> names = SubmissionPorts();
  for (const PortContract& port : kPortContracts) {
    if (port.protocol == Protocol::kImap || port.protocol == Protocol::kSieve) names.emplace_back(port.name);
  }
  return names;
}

}  // namespace e2e
