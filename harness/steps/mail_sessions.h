// Mail sessions: logged-in connections of a test account, whatever the port.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/imap_client.h"
#include "net/sieve_client.h"
#include "net/smtp_client.h"
#include "steps/ledger.h"
#include "steps/world.h"

namespace e2e {

struct SessionOptions {
  std::string port;
  Security security = Security::kPlain;
  // Who logs in. Default: nobody.
  const Account* account = nullptr;
};

// A session as every client opens it: greeting, EHLO or capabilities, STARTTLS where asked for, login.
Outcome<SmtpClient> OpenSmtp(World& world, const SessionOptions& session, Deadline deadline);
Outcome<ImapClient> OpenImap(World& world, const SessionOptions& session, Deadline deadline);
Outcome<SieveClient> OpenSieve(World& world, const SessionOptions& session, Deadline deadline);

// `port` is submission or smtps; TLS always comes before the login.
Outcome<SmtpClient> OpenSubmission(World& world, const std::string& port, const Account& account, Deadline deadline);
// `port` is imap or imaps.
Outcome<ImapClient> OpenImap(World& world, const std::string& port, const Account& account, Deadline deadline);
Outcome<SieveClient> OpenSieve(World& world, const Account& account, Deadline deadline);
// "user2" is the second account.
const Account& AccountNamed(const World& world, const std::string& name);
std::vector<std::string> AccountNames();

// One login with whatever protocol `port` speaks, and an orderly goodbye.
Status LogIn(World& world, const std::string& port, const Account& account, Deadline deadline);

// Of the mailboxes that can be opened.
Outcome<std::vector<std::string>> MailboxNames(ImapClient& imap, Deadline deadline);

// What a result means for the ledger: a 2yz reply counts as ok only with the words that promise delivery.
Ack AckOf(const SendResult& sent, const ServerProfile& profile);

struct FoundMessage {
  std::string mailbox;
  std::uint32_t uidvalidity = 0;
  std::uint32_t uid = 0;
  std::string octets;
};

// The message with this X-E2E-Id, wherever in the account's mailboxes it is.
Outcome<std::optional<FoundMessage>> FindMessage(World& world, const std::string& port, const Account& account,
                                                 const std::string& id, Deadline deadline);

}  // namespace e2e
