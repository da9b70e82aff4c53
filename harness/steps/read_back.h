// What the server holds in the end: mailboxes by IMAP over TLS, scripts by ManageSieve.
#pragma once

#include <string>

#include "net/imap_client.h"
#include "steps/ledger.h"
#include "steps/world.h"

namespace e2e {

// Every message of every mailbox that a session of `account` sees.
Outcome<Findings> ReadAll(ImapClient& imap, const std::string& account, Deadline deadline);
// Every message of every mailbox of every account.
Outcome<Findings> ReadMailboxes(World& world, Deadline deadline);
// The same without the messages that another ledger of the scenario answers for, and with the scripts of the accounts
// whose scripts the ledger knows.
Outcome<Findings> ReadFor(const Ledger& ledger, World& world, Deadline deadline);

}  // namespace e2e
