#include "steps/read_back.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "steps/mail_sessions.h"

namespace e2e {
namespace {

template <typename T>
void Append(std::vector<T>& all, std::vector<T> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Outcome<std::vector<StoredScript>> ReadScripts(World& world, const Account& account, Deadline deadline) {
  E2E_TRY(SieveClient sieve, OpenSieve(world, account, deadline), "reading scripts");
  E2E_TRY(const std::vector<SieveScript> listed, sieve.ListScripts(deadline), "reading scripts");
  std::vector<StoredScript> scripts;
  for (const SieveScript& script : listed) {
    E2E_TRY(const std::string text, sieve.GetScript(script.name, deadline), "reading scripts");
    scripts.push_back({account.address, script.name, Sha256Hex(text), script.active});
  }
  E2E_CHECK(sieve.Logout(deadline), "leaving");
  return scripts;
}

}  // namespace

Outcome<Findings> ReadAll(ImapClient& imap, const std::string& account, Deadline deadline) {
  E2E_TRY(const std::vector<std::string> names, MailboxNames(imap, deadline), "reading " + account);
  Findings found;
  for (const std::string& name : names) {
    E2E_TRY(const Mailbox mailbox, imap.Examine(name, deadline), fmt::format("opening {} of {}", name, account));
    found.mailboxes.push_back({account, name, mailbox.uidvalidity, mailbox.uidnext});
    if (mailbox.exists == 0) continue;
    const auto keep = [&](const FetchedMessage& message) {
      found.messages.push_back({account, name, mailbox.uidvalidity, message.uid, FindId(message.body).value_or(""),
                                Fingerprint(message.body), FlagsOf(message.flags)});
      return true;
    };
    E2E_CHECK(imap.FetchEach(1, keep, deadline), fmt::format("reading {} of {}", name, account));
  }
  return found;
}

Outcome<Findings> ReadMailboxes(World& world, Deadline deadline) {
  Findings all;
  for (const Account& account : world.accounts) {
    E2E_TRY(ImapClient imap, OpenImap(world, "imaps", account, deadline),
            "reading the mailboxes of " + account.address);
    E2E_TRY(Findings found, ReadAll(imap, account.address, deadline), "reading all mailboxes");
    E2E_CHECK(imap.Logout(deadline), "leaving " + account.address);
    Append(all.messages, std::move(found.messages));
    Append(all.mailboxes, std::move(found.mailboxes));
  }
  return all;
}

Outcome<Findings> ReadFor(const Ledger& ledger, World& world, Deadline deadline) {
  E2E_TRY(Findings found, ReadMailboxes(world, deadline), "reading back");
  std::erase_if(found.messages, [&](const StoredMessage& message) {
    return !ledger.Knows(message.id) && std::any_of(world.ledgers.begin(), world.ledgers.end(),
                                                    [&](const auto& other) { return other.second.Knows(message.id); });
  });
  for (const std::string& address : ledger.ScriptAccounts()) {
    const auto account = std::find_if(world.accounts.begin(), world.accounts.end(),
                                      [&](const Account& each) { return each.address == address; });
    if (account == world.accounts.end()) continue;
    E2E_TRY(std::vector<StoredScript> scripts, ReadScripts(world, *account, deadline), "reading back " + address);
    Append(found.scripts, std::move(scripts));
  }
  return found;
}

}  // namespace e2e
