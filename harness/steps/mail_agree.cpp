#include "steps/mail_agree.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/wait.h"
#include "net/curl_mail.h"
#include "steps/mail_sessions.h"
#include "steps/ports.h"

namespace e2e {
namespace {

constexpr Duration kLastLook{5'000};

class Agreement {
 public:
  Agreement(World& world, const AgreePlan& plan, Deadline deadline)
      : world_(world), plan_(plan), deadline_(deadline), from_(world.accounts.at(0)), to_(world.accounts.at(1)) {}

  Outcome<std::string> Run() {
    E2E_CHECK(Submit("ours", [this](const std::string& text) { return SendByOurs(text); }), "sending by our SMTP");
    E2E_CHECK(Submit("curl", [this](const std::string& text) { return SendByCurl(text); }),
              "sending by libcurl's SMTP");
    E2E_CHECK(Compare("ours"), "reading what our SMTP sent");
    E2E_CHECK(Compare("curl"), "reading what libcurl's SMTP sent");
    return fmt::format("2 messages of {} octets, each by {} and read by {} of both clients, are the same", plan_.size,
                       plan_.port, plan_.read);
  }

 private:
  template <typename Send>
  Status Submit(const std::string& by, const Send& send) {
    const std::string name = plan_.name + "-" + by;
    TestMessage message = MakeMessage(fmt::format("{}-{}", world_.ns, name), from_.address, to_.address, plan_.size);
    E2E_TRY(const SendResult sent, send(message.text), "submitting on port " + plan_.port);
    if (AckOf(sent, world_.profile()) != Ack::kOk) {
      Error error(ErrorKind::kExpectation,
                  fmt::format("the message was not accepted for delivery at {}: {}", sent.stage, sent.reply.Text()));
      if (sent.error) error.Detail(sent.error->Render());
      return error;
    }
    world_.messages.insert_or_assign(name, std::move(message));
    return Status();
  }

  Envelope Addresses() const { return {from_.address, {to_.address}}; }

  Outcome<SendResult> SendByOurs(const std::string& text) {
    E2E_TRY(SmtpClient smtp, OpenSubmission(world_, plan_.port, from_, deadline_), "opening a session");
    SendResult sent = smtp.Send(Addresses(), text, deadline_);
    if (sent.outcome == SendOutcome::kOk) E2E_CHECK(smtp.Quit(deadline_), "leaving");
    return sent;
  }

  Outcome<SendResult> SendByCurl(const std::string& text) {
    SmtpOptions server;
    server.endpoint = world_.endpoints.find(plan_.port)->second;
    server.security = ContractOf(plan_.port).security;
    return CurlSend(Context(), server, {from_.address, from_.password}, Addresses(), text, deadline_);
  }

  Status Compare(const std::string& by) {
    const TestMessage& sent = world_.messages.at(plan_.name + "-" + by);
    E2E_TRY(const FoundMessage ours, Find(sent), "reading by our IMAP");
    E2E_TRY(const std::string whole, Fetch(ours, ""), "reading by libcurl's IMAP");
    E2E_TRY(const std::string header, Fetch(ours, "HEADER"), "reading the header by libcurl's IMAP");
    E2E_TRY(const std::string text, Fetch(ours, "TEXT"), "reading the text by libcurl's IMAP");
    E2E_CHECK(Same("our IMAP and libcurl's", ours.octets, whole), sent.id);
    E2E_CHECK(Same("the message and its header and text", whole, header + text), sent.id);
    if (Fingerprint(whole) == sent.sha256) return Status();
    return Error(
        ErrorKind::kExpectation,
        fmt::format("both clients read {} with other octets than were sent: {} sent, {} stored with the server's "
                    "own header fields",
                    sent.id, sent.text.size(), whole.size()));
  }

  Outcome<FoundMessage> Find(const TestMessage& sent) {
    std::optional<FoundMessage> found;
    // A wait looks once more when its time is up, and that look needs time of its own.
    const Deadline look = deadline_.Plus(kLastLook);
    const auto probe = [&]() -> Outcome<Probe> {
      E2E_TRY(found, FindMessage(world_, plan_.read, to_, sent.id, look), "mail.agree");
      return found ? Probe::Ready() : Probe::Pending("not in any mailbox of " + to_.address);
    };
    E2E_CHECK(WaitUntil(world_.clock, "message " + sent.id, deadline_, {.interval = Duration(250)}, probe),
              "mail.agree via " + plan_.read);
    return std::move(*found);
  }

  Outcome<std::string> Fetch(const FoundMessage& place, const std::string& section) {
    CurlFetchRequest request;
    request.endpoint = world_.endpoints.find(plan_.read)->second;
    request.security = ContractOf(plan_.read).security;
    request.login = {to_.address, to_.password};
    request.mailbox = place.mailbox;
    request.uidvalidity = place.uidvalidity;
    request.uid = place.uid;
    request.section = section;
    return CurlFetch(Context(), request, deadline_);
  }

  static Status Same(const std::string& whose, const std::string& one, const std::string& other) {
    if (one == other) return Status();
    const auto at = std::mismatch(one.begin(), one.end(), other.begin(), other.end()).first - one.begin();
    return Error(ErrorKind::kExpectation,
                 fmt::format("{} differ from octet {} on: {} and {} octets, SHA-256 {} and {}", whose, at, one.size(),
                             other.size(), Sha256Hex(one), Sha256Hex(other)));
  }

  CurlMailContext Context() { return {world_.clock, world_.interrupt, &world_.transcript}; }

  World& world_;
  const AgreePlan& plan_;
  const Deadline deadline_;
  const Account& from_;
  const Account& to_;
};

}  // namespace

Outcome<std::string> AgreeOnMail(World& world, const AgreePlan& plan, Deadline deadline) {
  return Agreement(world, plan, deadline).Run();
}

}  // namespace e2e
