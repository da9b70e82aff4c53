#include "steps/mail_sessions.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "steps/ports.h"

namespace e2e {
namespace {

constexpr std::string_view kListPrefix = "* LIST ";

// The mailbox name at the end of `* LIST (flags) "/" name` (RFC 9051 7.3.1); nothing for \Noselect ones.
std::optional<std::string> SelectableName(std::string_view line) {
  if (!line.starts_with(kListPrefix)) return std::nullopt;
  const std::size_t flags_end = line.find(')');
  if (flags_end == std::string_view::npos) return std::nullopt;
  const std::string flags = Lower(line.substr(0, flags_end));
  if (flags.find("\\noselect") != std::string::npos || flags.find("\\nonexistent") != std::string::npos)
    return std::nullopt;
  std::string_view rest = Trim(line.substr(flags_end + 1));
  const std::size_t delimiter_end = rest.find(' ');
  if (delimiter_end == std::string_view::npos) return std::nullopt;
  rest.remove_prefix(delimiter_end + 1);
  if (rest.size() >= 2 && rest.front() == '"' && rest.back() == '"') rest = rest.substr(1, rest.size() - 2);
  return std::string(rest);
}

}  // namespace

Outcome<std::vector<std::string>> MailboxNames(ImapClient& imap, Deadline deadline) {
  E2E_TRY(const ImapReply reply, imap.Command(R"(LIST "" "*")", deadline), "listing mailboxes");
  std::vector<std::string> names;
  for (const std::string& line : reply.untagged) {
    if (auto name = SelectableName(line)) names.push_back(*name);
  }
  return names;
}

Outcome<SmtpClient> OpenSmtp(World& world, const SessionOptions& session, Deadline deadline) {
  SmtpOptions options;
  options.endpoint = world.endpoints.find(session.port)->second;
  options.security = session.security;
  E2E_TRY(SmtpClient smtp, SmtpClient::Connect(options, world.clock, world.interrupt, &world.transcript, deadline),
          "connecting to port " + session.port);
  if (session.account == nullptr) return smtp;
  E2E_CHECK(smtp.AuthPlain(session.account->address, session.account->password, deadline),
            fmt::format("logging in on port {} as {}", session.port, session.account->address));
  return smtp;
}

Outcome<ImapClient> OpenImap(World& world, const SessionOptions& session, Deadline deadline) {
  ImapOptions options;
  options.endpoint = world.endpoints.find(session.port)->second;
  options.security = session.security;
  E2E_TRY(ImapClient imap, ImapClient::Connect(options, world.clock, world.interrupt, &world.transcript, deadline),
          "connecting to port " + session.port);
  if (session.account == nullptr) return imap;
  E2E_CHECK(imap.Login(session.account->address, session.account->password, deadline),
            fmt::format("logging in on port {} as {}", session.port, session.account->address));
  return imap;
}

Outcome<SieveClient> OpenSieve(World& world, const SessionOptions& session, Deadline deadline) {
  SieveOptions options;
  options.endpoint = world.endpoints.find(session.port)->second;
  options.security = session.security;
  E2E_TRY(SieveClient sieve, SieveClient::Connect(options, world.clock, world.interrupt, &world.transcript, deadline),
          "connecting to port " + session.port);
  if (session.account == nullptr) return sieve;
  E2E_CHECK(sieve.AuthPlain(session.account->address, session.account->password, deadline),
            fmt::format("logging in on port {} as {}", session.port, session.account->address));
  return sieve;
}

Outcome<SmtpClient> OpenSubmission(World& world, const std::string& port, const Account& account, Deadline deadline) {
  return OpenSmtp(world, {port, ContractOf(port).security, &account}, deadline);
}

Outcome<ImapClient> OpenImap(World& world, const std::string& port, const Account& account, Deadline deadline) {
  return OpenImap(world, {port, ContractOf(port).security, &account}, deadline);
}

Outcome<SieveClient> OpenSieve(World& world, const Account& account, Deadline deadline) {
  return OpenSieve(world, {"sieve", ContractOf("sieve").security, &account}, deadline);
}

std::vector<std::string> AccountNames() {
  return {"user1", "user2", "user3", "user4"};
}

const Account& AccountNamed(const World& world, const std::string& name) {
  const std::vector<std::string> names = AccountNames();
  const auto at = std::find(names.begin(), names.end(), name);
  return world.accounts.at(static_cast<std::size_t>(at - names.begin()));
}

Status LogIn(World& world, const std::string& port, const Account& account, Deadline deadline) {
  switch (ContractOf(port).protocol) {
    case Protocol::kSmtp: {
      E2E_TRY(SmtpClient smtp, OpenSubmission(world, port, account, deadline), "logging in");
      return smtp.Quit(deadline);
    }
    case Protocol::kImap: {
      E2E_TRY(ImapClient imap, OpenImap(world, port, account, deadline), "logging in");
      return imap.Logout(deadline);
    }
    case Protocol::kSieve: {
      E2E_TRY(SieveClient sieve, OpenSieve(world, account, deadline), "logging in");
      return sieve.Logout(deadline);
    }
    case Protocol::kHttp: break;
  }
  return Error(ErrorKind::kInternal, "no login is defined for port " + port);
}

Ack AckOf(const SendResult& sent, const ServerProfile& profile) {
  if (sent.outcome == SendOutcome::kRefused) return Ack::kRefused;
  const bool promised = sent.reply.Text().find(profile.queued_words) != std::string::npos;
  return sent.outcome == SendOutcome::kOk && promised ? Ack::kOk : Ack::kUnknown;
}

Outcome<std::optional<FoundMessage>> FindMessage(World& world, const std::string& port, const Account& account,
                                                 const std::string& id, Deadline deadline) {
  E2E_TRY(ImapClient imap, OpenImap(world, port, account, deadline), "looking for message " + id);
  E2E_TRY(const std::vector<std::string> names, MailboxNames(imap, deadline), "looking for message " + id);
  std::optional<FoundMessage> found;
  for (const std::string& name : names) {
    E2E_TRY(const Mailbox mailbox, imap.Examine(name, deadline), "opening " + name);
    if (mailbox.exists == 0) continue;
    const auto look = [&](const FetchedMessage& message) {
      if (FindId(message.body) == id) found = {name, mailbox.uidvalidity, message.uid, message.body};
      return !found.has_value();
    };
    E2E_CHECK(imap.FetchEach(1, look, deadline), "reading " + name);
    if (found) break;
  }
  E2E_CHECK(imap.Logout(deadline), "leaving " + account.address);
  return found;
}

}  // namespace e2e
