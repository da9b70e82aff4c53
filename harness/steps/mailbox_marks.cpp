#include "steps/mailbox_marks.h"

#include <fmt/format.h>

#include <algorithm>

namespace e2e {

FoundMailboxes MailboxesIn(const Findings& found) {
  FoundMailboxes there;
  for (const StoredMessage& message : found.messages)
    there[{message.account, message.mailbox}].uidvalidity = message.uidvalidity;
  for (const StoredMailbox& mailbox : found.mailboxes)
    there[{mailbox.account, mailbox.mailbox}] = {mailbox.uidvalidity, mailbox.uidnext};
  return there;
}

void MailboxMarks::Opened(const StoredMailbox& mailbox) {
  const auto at = marks_.find({mailbox.account, mailbox.mailbox});
  if (at != marks_.end() && at->second.uidvalidity == mailbox.uidvalidity && mailbox.uidnext != 0 &&
      mailbox.uidnext < at->second.uidnext) {
    stale_.push_back(fmt::format("{}/{} UIDNEXT was {} and came to be {}", mailbox.account, mailbox.mailbox,
                                 at->second.uidnext, mailbox.uidnext));
  }
  Raise(mailbox);
}

void MailboxMarks::Given(const StoredMessage& message) {
  const auto at = marks_.find({message.account, message.mailbox});
  if (at != marks_.end() && at->second.uidvalidity == message.uidvalidity && message.uid < at->second.uidnext) {
    stale_.push_back(fmt::format("{} {}/{} was given UID {}, though UIDNEXT had been {}", message.id, message.account,
                                 message.mailbox, message.uid, at->second.uidnext));
  }
  Seen(message);
}

void MailboxMarks::Raise(const StoredMailbox& mailbox) {
  MailboxMark& mark = marks_[{mailbox.account, mailbox.mailbox}];
  if (mark.uidvalidity != 0 && mark.uidvalidity != mailbox.uidvalidity) {
    stale_.push_back(fmt::format("{}/{} UIDVALIDITY was {} and came to be {}", mailbox.account, mailbox.mailbox,
                                 mark.uidvalidity, mailbox.uidvalidity));
    mark = {};
  }
  mark.uidvalidity = mailbox.uidvalidity;
  mark.uidnext = std::max(mark.uidnext, mailbox.uidnext);
}

void MailboxMarks::Compare(const FoundMailboxes& now, bool whole, std::vector<std::string>& stale) const {
  for (const auto& [name, mark] : marks_) {
    const std::string mailbox = name.first + "/" + name.second;
    const auto at = now.find({name.first, name.second});
    if (at == now.end()) {
      if (whole) stale.push_back(mailbox + " is no longer there");
    } else if (at->second.uidvalidity != mark.uidvalidity) {
      stale.push_back(fmt::format("{} UIDVALIDITY {} is now {}", mailbox, mark.uidvalidity, at->second.uidvalidity));
    } else if (at->second.uidnext != 0 && at->second.uidnext < mark.uidnext) {
      stale.push_back(fmt::format("{} UIDNEXT {} is now {}", mailbox, mark.uidnext, at->second.uidnext));
    }
  }
}

}  // namespace e2e
