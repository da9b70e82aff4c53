// LedgerChanges: what appended messages and scripts may be after all that was done to them. Internal to the ledger.
#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "steps/allowed_values.h"
#include "steps/ledger_values.h"

namespace e2e {

inline constexpr std::size_t kNowhere = std::numeric_limits<std::size_t>::max();

struct MessageState {
  // Names of mailboxes; the empty one: it is in none.
  AllowedValues where{""};
  // As FlagText() has them.
  AllowedValues flags{""};
  // Which of the recorded UIDs must still be the message's. A message that is about to leave has none.
  std::size_t uid = kNowhere;
};

struct ChangeCounts {
  std::size_t begun = 0, acknowledged = 0, refused = 0;
};

class LedgerChanges {
 public:
  // Account and name of a script; the empty name stands for which one is active.
  using Script = std::pair<std::string, std::string>;

  // The message `id` is being appended. Its answer comes as that of every message.
  void Append(const std::string& id, const std::string& account, const std::string& mailbox);
  // Of a message that was not appended, or a change that was not begun, nothing is kept.
  void Begin(const LedgerChange& change);
  void EndAppend(const std::string& id, Ack ack);
  void End(const LedgerAnswer& answer);

  // Null: the message was not appended.
  MessageState* Find(std::string_view id);
  const MessageState* Find(std::string_view id) const;
  bool Holds(const std::string& account, const std::string& mailbox) const;

  // A text with SHA-256 is allowed, or for the empty one that there is no such script.
  const std::map<Script, AllowedValues>& scripts() const { return scripts_; }
  std::size_t messages() const { return messages_.size(); }
  const ChangeCounts& counts() const { return counts_; }

 private:
  struct Pending {
    LedgerChange change;
    // Which UID the message had.
    std::size_t uid = kNowhere;
  };

  AllowedValues* ValueOf(const LedgerChange& change);

  std::map<std::string, MessageState, std::less<>> messages_;
  std::map<Script, AllowedValues> scripts_;
  // Account and mailbox that messages were put into.
  std::set<std::pair<std::string, std::string>> mailboxes_;
  std::unordered_map<std::string, Pending> pending_;
  ChangeCounts counts_;
};

}  // namespace e2e
