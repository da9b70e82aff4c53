// The lines of a ledger's file, each a JSON object. Internal to the ledger.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

#include "steps/ledger_values.h"

namespace e2e {

// With the line's end. Not empty `mailbox`: the message is appended to it.
std::string SendingLine(const LedgerEntry& entry, const std::string& mailbox = "");
// Of operation `op`: "answered", or "changed".
std::string AnswerLine(std::string_view op, const LedgerAnswer& answer);
std::string ChangingLine(const LedgerChange& change);
// "seen", "given" or "found".
std::string StoredLine(std::string_view op, const StoredMessage& message);
// "opened" or "found-mailbox".
std::string MailboxLine(std::string_view op, const StoredMailbox& mailbox);
std::string FoundScriptLine(const StoredScript& script);
std::string ReadBackLine(const Findings& found);

LedgerAnswer AnswerFrom(const nlohmann::json& record);
LedgerChange ChangeFrom(const nlohmann::json& record);
StoredMessage StoredFrom(const nlohmann::json& record);
StoredMailbox MailboxFrom(const nlohmann::json& record);
StoredScript ScriptFrom(const nlohmann::json& record);
// Lines that belong to a read-back.
std::size_t FoundLines(const nlohmann::json& record);

}  // namespace e2e
