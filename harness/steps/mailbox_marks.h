// MailboxMarks: UIDVALIDITY and UIDNEXT of mailboxes over time (RFC 9051 2.3.1.1). Internal to the ledger.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "steps/ledger_values.h"

namespace e2e {

struct MailboxMark {
  std::uint32_t uidvalidity = 0;
  std::uint32_t uidnext = 0;  // 0: not known
};

// Account and mailbox; the texts are those of the findings.
using FoundMailboxes = std::map<std::pair<std::string_view, std::string_view>, MailboxMark>;
FoundMailboxes MailboxesIn(const Findings& found);

class MailboxMarks {
 public:
  // As the server told it. UIDNEXT never decreases while UIDVALIDITY is the same.
  void Opened(const StoredMailbox& mailbox);
  // A message with this UID was seen.
  void Seen(const StoredMessage& message) {
    Raise({message.account, message.mailbox, message.uidvalidity, message.uid + 1});
  }
  // The UID was given to a message that is new in its mailbox; it must be above all that were there.
  void Given(const StoredMessage& message);

  // What went against the rules so far.
  const std::vector<std::string>& stale() const { return stale_; }
  // What goes against them now, into `stale`. `whole`: a mailbox that was not found is gone.
  void Compare(const FoundMailboxes& now, bool whole, std::vector<std::string>& stale) const;

 private:
  void Raise(const StoredMailbox& mailbox);

  std::map<std::pair<std::string, std::string>, MailboxMark> marks_;
  std::vector<std::string> stale_;
};

}  // namespace e2e
