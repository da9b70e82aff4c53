// AckCounts: how operations ended.
#pragma once

#include <cstddef>

#include "steps/ledger_values.h"

namespace e2e {

struct AckCounts {
  std::size_t acknowledged = 0, refused = 0, unknown = 0;
  // Sessions that could not be opened, as when the server was away.
  std::size_t unreachable = 0;

  void Count(Ack ack) { ++(ack == Ack::kOk ? acknowledged : ack == Ack::kRefused ? refused : unknown); }
};

}  // namespace e2e
