// The lines of a ledger's file, each a JSON object. Internal to the ledger.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>

#include "steps/ledger.h"

namespace e2e {

// With the line's end.
std::string SendingLine(const LedgerEntry& entry);
std::string AnsweredLine(const LedgerAnswer& answer);
// Of operation `op`: "seen" or "found".
std::string StoredLine(std::string_view op, const StoredMessage& message);

Ack AckFromName(const std::string& name);
StoredMessage StoredFrom(const nlohmann::json& record);

}  // namespace e2e
