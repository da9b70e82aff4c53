// What a ledger records, and what it is held against.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "steps/mail_flags.h"

namespace e2e {

// RFC 5321 4.2.5: only a 2yz reply to the final dot hands over responsibility; RFC 9051 and RFC 5804: only a tagged OK,
// or an OK. A connection lost before the answer leaves the outcome open (RFC 1047): the operation may be done or not.
enum class Ack { kOk, kRefused, kUnknown };

struct LedgerEntry {
  std::string id;       // also the value of the message's X-E2E-Id field
  std::string account;  // whose mailbox it goes to
  std::string sha256;   // of the message from its X-E2E-Id line on (steps/message.h)
  long long size = 0;
  Ack ack = Ack::kUnknown;
  std::string reply;
};

struct LedgerAnswer {
  std::string id;
  Ack ack = Ack::kUnknown;
  std::string reply;
};

enum class ChangeKind {
  kStore,     // of a message: the flags that it then has
  kMove,      // of a message: from one mailbox to another
  kExpunge,   // of a message: out of its mailbox
  kScript,    // PUTSCRIPT: the script's text, as SHA-256
  kNoScript,  // DELETESCRIPT
  kActive,    // SETACTIVE: the name of the account's active script
};

struct LedgerChange {
  std::string id;  // of the operation
  ChangeKind kind = ChangeKind::kStore;
  std::string account;
  std::string subject;  // the message's id, or the script's name
  std::string from;     // the mailbox that it leaves. Default: none is left
  std::string to;       // what the kind says
};

// One message as read back.
struct StoredMessage {
  std::string account;
  std::string mailbox;
  std::uint32_t uidvalidity = 0;
  std::uint32_t uid = 0;
  std::string id;  // empty when the message carries no X-E2E-Id
  std::string sha256;
  MailFlags flags = 0;
};

struct StoredMailbox {
  std::string account;
  std::string mailbox;
  std::uint32_t uidvalidity = 0;
  std::uint32_t uidnext = 0;  // 0: the server did not say
};

struct StoredScript {
  std::string account;
  std::string name;
  std::string sha256;
  bool active = false;
};

// What was read back.
struct Findings {
  std::vector<StoredMessage> messages;
  // Empty: they were not looked at.
  std::vector<StoredMailbox> mailboxes;
  // Of the accounts whose scripts the ledger knows.
  std::vector<StoredScript> scripts;
};

// A UID that was recorded, and the message that had it.
struct SeenUid {
  std::string_view account;
  std::string_view mailbox;
  std::uint32_t uidvalidity = 0;
  std::uint32_t uid = 0;
  std::string_view id;
};

}  // namespace e2e
