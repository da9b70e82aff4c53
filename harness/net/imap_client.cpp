#include "net/imap_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "net/literal.h"
#include "net/upper.h"

namespace e2e {

namespace {

constexpr std::size_t kMaxResponse = std::size_t{256} * 1024 * 1024;
constexpr std::size_t kMaxFetchAll = std::size_t{64} * 1024 * 1024;
// RFC 7888: what LITERAL- allows without consent.
constexpr std::size_t kSmallLiteral = 4096;

std::uint32_t Number(std::string_view text) {
  const auto number = ParseInt(text.substr(0, text.find_first_not_of("0123456789")));
  return number && *number >= 0 && *number <= UINT32_MAX ? static_cast<std::uint32_t>(*number) : 0;
}

// The arguments of a response code, "[UIDNEXT 5]" giving "5"; nothing when it is not there.
std::optional<std::string_view> CodeArguments(std::string_view text, std::string_view code) {
  const std::string opening = fmt::format("[{} ", code);
  const std::size_t start = text.find(opening);
  if (start == std::string_view::npos) return std::nullopt;
  text.remove_prefix(start + opening.size());
  return text.substr(0, text.find(']'));
}

std::string FirstWord(std::string_view command) {
  return std::string(command.substr(0, command.find(' ')));
}

// Of one message: the arguments of APPENDUID, or those of COPYUID, which has the old UID in the middle.
NewUid PlaceIn(std::string_view arguments) {
  const std::size_t last = arguments.rfind(' ');
  return {Number(arguments), last == std::string_view::npos ? 0 : Number(arguments.substr(last + 1))};
}

}  // namespace

Outcome<ImapClient> ImapClient::Connect(const ImapOptions& options, Clock& clock, const Interrupt& interrupt,
                                        Transcript* transcript, Deadline deadline) {
  E2E_TRY(
      LineChannel channel,
      LineChannel::Connect(options.endpoint, options.security, options.trust, clock, interrupt, transcript, deadline),
      "opening an IMAP session");
  ImapClient client(std::move(channel));
  E2E_CHECK(client.Open(options, deadline), "opening an IMAP session with " + options.endpoint.Text());
  return client;
}

Status ImapClient::Open(const ImapOptions& options, Deadline deadline) {
  E2E_TRY(greeting_, channel_.ReadLine(deadline), "reading the greeting");
  if (!greeting_.starts_with("* OK") && !greeting_.starts_with("* PREAUTH")) {
    return Error(ErrorKind::kExpectation,
                 fmt::format("{}: greeting is not OK: \"{}\"", options.endpoint.Text(), greeting_.substr(0, 200)));
  }
  LearnCapabilities(greeting_);
  if (capabilities_.empty()) E2E_CHECK(AskCapabilities(deadline), "after the greeting");
  if (options.security != Security::kStartTls) return Status();
  E2E_CHECK(Upgrade(options.trust, deadline), "upgrading with STARTTLS");
  return AskCapabilities(deadline);
}

Status ImapClient::Upgrade(const TlsTrust& trust, Deadline deadline) {
  if (!capabilities_.contains("STARTTLS")) {
    return Error(ErrorKind::kExpectation, channel_.endpoint().Text() + " does not offer STARTTLS");
  }
  E2E_CHECK(Command("STARTTLS", deadline), "asking for TLS");
  Status secured = channel_.StartTls(trust, deadline);
  if (!secured) channel_.Close();
  return secured;
}

Status ImapClient::AskCapabilities(Deadline deadline) {
  capabilities_.clear();
  E2E_CHECK(Command("CAPABILITY", deadline), "asking for capabilities");
  return Status();
}

Outcome<ImapReply> ImapClient::Command(std::string_view text, Deadline deadline) {
  return Accepted(text, Exchange(text, deadline));
}

Outcome<ImapReply> ImapClient::Exchange(std::string_view text, Deadline deadline) {
  return Run({{text}}, deadline);
}

Outcome<ImapReply> ImapClient::Accepted(std::string_view command, Outcome<ImapReply> reply) const {
  if (!reply || reply->status == "OK") return reply;
  return Error(ErrorKind::kExpectation, fmt::format("{} refused {}: {} {}", channel_.endpoint().Text(),
                                                    FirstWord(command), reply->status, reply->text));
}

Outcome<ImapReply> ImapClient::Run(const std::vector<Part>& parts, Deadline deadline, const OnUntagged& on_untagged,
                                   const LiteralSink& sink) {
  const std::string tag = fmt::format("A{}", ++last_tag_);
  ImapReply reply;
  std::string unsent = tag + " ";
  for (const Part& part : parts) {
    if (part.literal) {
      const bool consent = NeedsConsent(part.bytes.size());
      unsent += fmt::format("{{{}{}}}\r\n", part.bytes.size(), consent ? "" : "+");
      if (consent) {
        Status written = channel_.Write(std::exchange(unsent, ""), deadline);
        if (!written) return Closing(std::move(written).error());
        E2E_TRY(reply, Collect(tag, std::move(reply), deadline, on_untagged, {}), "waiting for consent to a literal");
        if (reply.status != "+") return reply;
      }
    }
    unsent += part.bytes;
  }
  Status written = channel_.Write(unsent + "\r\n", deadline);
  if (!written) return Closing(std::move(written).error());
  E2E_TRY(reply, Collect(tag, std::move(reply), deadline, on_untagged, sink), "waiting for the response to " + tag);
  if (reply.status != "+") return reply;
  return Closing(
      Error(ErrorKind::kExpectation, channel_.endpoint().Text() + " asked for more than the command: + " + reply.text));
}

Outcome<ImapReply> ImapClient::Collect(const std::string& tag, ImapReply reply, Deadline deadline,
                                       const OnUntagged& on_untagged, const LiteralSink& sink) {
  while (true) {
    auto line = ReadWithLiterals(channel_, kMaxResponse, deadline, sink);
    if (!line) return Closing(std::move(line).error());
    LearnCapabilities(*line);
    if (line->starts_with("* ")) {
      if (line->starts_with("* BYE")) bye_ = line->substr(2);
      if (!on_untagged || !on_untagged(*line)) reply.untagged.push_back(std::move(*line));
      continue;
    }
    const std::size_t status_start = line->starts_with('+') ? 0 : tag.size() + 1;
    if (status_start > 0 && !line->starts_with(tag + " ")) {
      return Closing(Error(ErrorKind::kExpectation, fmt::format("{} sent a line that belongs to no command: \"{}\"",
                                                                channel_.endpoint().Text(), line->substr(0, 200))));
    }
    const std::size_t status_end = std::min(line->find(' ', status_start), line->size());
    reply.status = Upper(line->substr(status_start, status_end - status_start));
    reply.text = std::string(Trim(line->substr(status_end)));
    if (reply.status == "OK" || reply.status == "NO" || reply.status == "BAD" || reply.status == "+") return reply;
    return Closing(Error(ErrorKind::kExpectation, channel_.endpoint().Text() + " sent an unknown status: " + *line));
  }
}

Status ImapClient::Login(const std::string& user, const std::string& password, Deadline deadline) {
  const std::string quoted_user = Quoted(user);
  const std::string quoted_password = Quoted(password);
  const Part first = IsQuotable(user) ? Part{quoted_user} : Part{user, true};
  const Part second = IsQuotable(password) ? Part{quoted_password} : Part{password, true};
  const std::set<std::string> before = capabilities_;
  E2E_CHECK(Accepted("LOGIN", Run({{"LOGIN "}, first, {" "}, second}, deadline)), "logging in as " + user);
  // Most servers tell the new ones along with the OK.
  if (capabilities_ == before) return AskCapabilities(deadline);
  return Status();
}

Outcome<Mailbox> ImapClient::Select(const std::string& name, Deadline deadline) {
  return Enter("SELECT", name, deadline);
}

Outcome<Mailbox> ImapClient::Examine(const std::string& name, Deadline deadline) {
  return Enter("EXAMINE", name, deadline);
}

Outcome<Mailbox> ImapClient::Enter(const std::string& verb, const std::string& name, Deadline deadline) {
  E2E_TRY(const ImapReply reply, Command(verb + " " + Quoted(name), deadline), "opening mailbox " + name);
  Mailbox mailbox;
  for (const std::string& line : reply.untagged) {
    if (line.ends_with(" EXISTS")) mailbox.exists = Number(std::string_view(line).substr(2));
    if (const auto value = CodeArguments(line, "UIDVALIDITY")) mailbox.uidvalidity = Number(*value);
    if (const auto value = CodeArguments(line, "UIDNEXT")) mailbox.uidnext = Number(*value);
  }
  if (mailbox.uidvalidity != 0) return mailbox;
  return Error(ErrorKind::kExpectation,
               fmt::format("{} opened {} without telling UIDVALIDITY", channel_.endpoint().Text(), name));
}

Status ImapClient::FetchEach(std::uint32_t first_uid, const std::function<bool(const FetchedMessage&)>& take,
                             Deadline deadline) {
  bool wanted = true;
  const OnUntagged on_untagged = [&](std::string_view line) {
    const auto message = ParseFetch(line);
    // "n:*" names the last message even when its UID is below n (RFC 9051 section 9, seq-range).
    if (message && wanted && message->uid >= first_uid) wanted = take(*message);
    return message.has_value();
  };
  const std::string command = fmt::format("UID FETCH {}:* (UID FLAGS BODY.PEEK[])", first_uid);
  E2E_CHECK(Accepted("UID FETCH", Run({{command}}, deadline, on_untagged)), "fetching messages");
  return Status();
}

Status ImapClient::FetchBody(std::uint32_t uid, const LiteralSink& take, Deadline deadline) {
  bool came = false;
  const LiteralSink sink = [&](std::string_view piece) {
    came = true;
    take(piece);
  };
  // A body may also be a quoted string, or empty.
  const OnUntagged on_untagged = [&](std::string_view line) {
    const auto message = ParseFetch(line);
    if (message && !message->body.empty()) take(message->body);
    came = came || message.has_value();
    return true;
  };
  const std::string command = fmt::format("UID FETCH {} (UID BODY.PEEK[])", uid);
  E2E_CHECK(Accepted("UID FETCH", Run({{command}}, deadline, on_untagged, sink)), "fetching a message");
  if (came) return {};
  return Error(ErrorKind::kExpectation, fmt::format("{} has no message of UID {}", channel_.endpoint().Text(), uid));
}

Outcome<std::vector<FetchedMessage>> ImapClient::FetchAll(Deadline deadline) {
  std::vector<FetchedMessage> messages;
  std::size_t bytes = 0;
  const auto keep = [&](const FetchedMessage& message) {
    bytes += message.body.size();
    if (bytes <= kMaxFetchAll) messages.push_back(message);
    return bytes <= kMaxFetchAll;
  };
  E2E_CHECK(FetchEach(1, keep, deadline), "fetching all messages");
  if (bytes <= kMaxFetchAll) return messages;
  return Error(ErrorKind::kInternal, "the mailbox holds more than 64 MiB; use FetchEach");
}

Outcome<NewUid> ImapClient::Append(const std::string& mailbox, std::string_view message, Deadline deadline) {
  const std::string command = "APPEND " + Quoted(mailbox) + " ";
  E2E_TRY(const ImapReply reply, Accepted("APPEND", Run({{command}, {message, true}}, deadline)),
          "appending to " + mailbox);
  const auto place = CodeArguments(reply.text, "APPENDUID");
  return place ? PlaceIn(*place) : NewUid();
}

Outcome<NewUid> ImapClient::Move(std::uint32_t uid, const std::string& mailbox, Deadline deadline) {
  E2E_TRY(ImapReply reply, Command(fmt::format("UID MOVE {} {}", uid, Quoted(mailbox)), deadline),
          fmt::format("moving UID {} to {}", uid, mailbox));
  // RFC 6851 4.3 has it in an untagged OK, before the first EXPUNGE.
  reply.untagged.push_back(reply.text);
  for (const std::string& line : reply.untagged) {
    if (const auto place = CodeArguments(line, "COPYUID")) return PlaceIn(*place);
  }
  return NewUid();
}

Status ImapClient::Noop(Deadline deadline) {
  E2E_CHECK(Command("NOOP", deadline), "polling");
  return Status();
}

Status ImapClient::Logout(Deadline deadline) {
  E2E_CHECK(Command("LOGOUT", deadline), "leaving");
  channel_.Close();
  return Status();
}

bool ImapClient::NeedsConsent(std::size_t literal_size) const {
  if (capabilities_.contains("LITERAL+")) return false;
  return !capabilities_.contains("LITERAL-") || literal_size > kSmallLiteral;
}

void ImapClient::LearnCapabilities(std::string_view line) {
  constexpr std::string_view kUntagged = "* CAPABILITY ";
  const auto list = line.starts_with(kUntagged)                           ? std::optional(line.substr(kUntagged.size()))
                    : line.starts_with("* ") && !line.starts_with("* OK") ? std::nullopt
                                                                          : CodeArguments(line, "CAPABILITY");
  if (!list) return;
  capabilities_.clear();
  for (const std::string& word : Split(Upper(std::string(*list)), ' ')) capabilities_.insert(word);
}

Error ImapClient::Closing(Error error) {
  channel_.Close();
  if (!bye_.empty()) error.While("after the server said " + bye_);
  return error;
}

}  // namespace e2e
