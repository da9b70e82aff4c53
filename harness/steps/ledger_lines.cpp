#include "steps/ledger_lines.h"

#include <fmt/format.h>

namespace e2e {
namespace {

using nlohmann::json;

constexpr const char* kAckNames[] = {"ok", "refused", "unknown"};

// A server's words may hold any bytes, JSON only UTF-8. What needs no escape, as nearly everything here, takes the
// short way.
std::string Quoted(const std::string& text) {
  for (const char* at = text.data(); at != text.data() + text.size(); ++at) {
    if (*at < ' ' || *at > '~' || *at == '"' || *at == '\\')
      return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  }
  return '"' + text + '"';
}

}  // namespace

Ack AckFromName(const std::string& name) {
  if (name == kAckNames[0]) return Ack::kOk;
  return name == kAckNames[1] ? Ack::kRefused : Ack::kUnknown;
}

std::string SendingLine(const LedgerEntry& entry) {
  return fmt::format("{{\"op\":\"sending\",\"id\":{},\"account\":{},\"sha256\":{},\"size\":{}}}\n", Quoted(entry.id),
                     Quoted(entry.account), Quoted(entry.sha256), entry.size);
}

std::string AnsweredLine(const LedgerAnswer& answer) {
  return fmt::format("{{\"op\":\"answered\",\"id\":{},\"ack\":\"{}\",\"reply\":{}}}\n", Quoted(answer.id),
                     kAckNames[static_cast<int>(answer.ack)], Quoted(answer.reply));
}

std::string StoredLine(std::string_view op, const StoredMessage& message) {
  return fmt::format(
      "{{\"op\":\"{}\",\"account\":{},\"mailbox\":{},\"uidvalidity\":{},\"uid\":{},\"id\":{},\"sha256\":{}}}\n", op,
      Quoted(message.account), Quoted(message.mailbox), message.uidvalidity, message.uid, Quoted(message.id),
      Quoted(message.sha256));
}

StoredMessage StoredFrom(const json& record) {
  return {record.value("account", ""), record.value("mailbox", ""), record.value("uidvalidity", 0U),
          record.value("uid", 0U),     record.value("id", ""),      record.value("sha256", "")};
}

}  // namespace e2e
