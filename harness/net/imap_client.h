// ImapClient: one IMAP session (RFC 9051, RFC 3501), one command at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "net/imap_fetch.h"
#include "net/line_channel.h"
#include "net/literal.h"

namespace e2e {

struct ImapOptions {
  Endpoint endpoint;
  Security security = Security::kImplicitTls;
  TlsTrust trust;
};

struct ImapReply {
  // "OK", "NO" or "BAD".
  std::string status;
  // Behind the status: "[AUTHENTICATIONFAILED] Authentication failed".
  std::string text;
  // As they came ("* 3 EXISTS"), literals inlined behind their "{size}".
  std::vector<std::string> untagged;
};

struct Mailbox {
  std::uint32_t uidvalidity = 0;
  std::uint32_t uidnext = 0;  // 0: the server did not say
  std::uint32_t exists = 0;
};

// The place of a message that was appended or moved; zeros when the server has no UIDPLUS (RFC 4315).
struct NewUid {
  std::uint32_t uidvalidity = 0;
  std::uint32_t uid = 0;
};

// Move-only. Errors: as LineChannel's; kExpectation for NO, BAD and broken responses. A transport error or timeout in
// Append leaves open whether the message was stored. After any error but NO and BAD the session is closed.
// Thread rule: one thread, and no call from within a callback.
class ImapClient {
 public:
  // Greeting, capabilities, and with kStartTls the upgrade; without its offer it is kExpectation.
  static Outcome<ImapClient> Connect(const ImapOptions& options, Clock& clock, const Interrupt& interrupt,
                                     Transcript* transcript, Deadline deadline);

  // The command without its tag. NO and BAD are kExpectation with the server's text.
  Outcome<ImapReply> Command(std::string_view text, Deadline deadline);
  // The same, but NO and BAD are values too: for checks of what the server must refuse.
  Outcome<ImapReply> Exchange(std::string_view text, Deadline deadline);
  Status Login(const std::string& user, const std::string& password, Deadline deadline);
  Outcome<Mailbox> Select(const std::string& name, Deadline deadline);
  Outcome<Mailbox> Examine(const std::string& name, Deadline deadline);
  // Each message of the selected mailbox from `first_uid` on, in memory one at a time. false from `take` means that
  // no more is wanted; the rest of the response is then read and dropped.
  Status FetchEach(std::uint32_t first_uid, const std::function<bool(const FetchedMessage&)>& take, Deadline deadline);
  // The octets of one message of the selected mailbox, piece by piece, for those too large to keep; kExpectation when
  // there is none with this UID.
  Status FetchBody(std::uint32_t uid, const LiteralSink& take, Deadline deadline);
  // All messages of the selected mailbox; kInternal beyond 64 MiB, which is work for FetchEach.
  Outcome<std::vector<FetchedMessage>> FetchAll(Deadline deadline);
  // `message` has CRLF line ends.
  Outcome<NewUid> Append(const std::string& mailbox, std::string_view message, Deadline deadline);
  // A message of the selected mailbox (RFC 6851). A transport error or timeout leaves open which of the two has it.
  Outcome<NewUid> Move(std::uint32_t uid, const std::string& mailbox, Deadline deadline);
  Status Noop(Deadline deadline);
  Status Logout(Deadline deadline);

  const std::string& greeting() const { return greeting_; }
  // In upper case, kept up to date through STARTTLS and login.
  const std::set<std::string>& capabilities() const { return capabilities_; }
  // The server's last words when it ended the session with BYE.
  const std::string& bye() const { return bye_; }
  // For dialogues that break the rules on purpose.
  LineChannel& channel() { return channel_; }

 private:
  // A piece of a command; a literal is announced and waits for the server's consent when it has to.
  struct Part {
    std::string_view bytes;
    bool literal = false;
  };
  // Gets each untagged response; true: it is used up and need not be kept.
  using OnUntagged = std::function<bool(std::string_view)>;

  explicit ImapClient(LineChannel channel) : channel_(std::move(channel)) {}
  Status Open(const ImapOptions& options, Deadline deadline);
  Status Upgrade(const TlsTrust& trust, Deadline deadline);
  Status AskCapabilities(Deadline deadline);
  Outcome<Mailbox> Enter(const std::string& verb, const std::string& name, Deadline deadline);
  // `sink` gets the literals of the responses to the whole command.
  Outcome<ImapReply> Run(const std::vector<Part>& parts, Deadline deadline, const OnUntagged& on_untagged = {},
                         const LiteralSink& sink = {});
  // Reads until the tagged response, or until the server asks for more (then status is "+").
  Outcome<ImapReply> Collect(const std::string& tag, ImapReply reply, Deadline deadline, const OnUntagged& on_untagged,
                             const LiteralSink& sink);
  // NO and BAD into kExpectation.
  Outcome<ImapReply> Accepted(std::string_view command, Outcome<ImapReply> reply) const;
  bool NeedsConsent(std::size_t literal_size) const;
  void LearnCapabilities(std::string_view line);
  Error Closing(Error error);

  LineChannel channel_;
  std::string greeting_;
  std::string bye_;
  std::set<std::string> capabilities_;
  unsigned last_tag_ = 0;
};

}  // namespace e2e
