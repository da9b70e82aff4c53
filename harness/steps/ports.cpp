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

}  // namespace e2e
