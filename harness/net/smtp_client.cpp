#include "net/smtp_client.h"

#include <fmt/format.h>

#include <utility>

#include "base/text.h"

namespace e2e {

Outcome<SmtpClient> SmtpClient::Connect(const SmtpOptions& options, Clock& clock, const Interrupt& interrupt,
                                        Transcript* transcript, Deadline deadline) {
  E2E_TRY(
      LineChannel channel,
      LineChannel::Connect(options.endpoint, options.security, options.trust, clock, interrupt, transcript, deadline),
      "opening an SMTP session");
  SmtpClient client(std::move(channel));
  E2E_CHECK(client.Open(options, deadline), "opening an SMTP session with " + options.endpoint.Text());
  return client;
}

Status SmtpClient::Open(const SmtpOptions& options, Deadline deadline) {
  E2E_TRY(greeting_, ReadReply(deadline), "reading the greeting");
  if (greeting_.code != 220) return Unexpected("greeting is not 220", greeting_);
  E2E_CHECK(Ehlo(options.ehlo_name, deadline), "saying EHLO");
  if (options.security != Security::kStartTls) return Status();
  E2E_CHECK(Upgrade(options.trust, deadline), "upgrading with STARTTLS");
  E2E_CHECK(Ehlo(options.ehlo_name, deadline), "saying EHLO under TLS");
  return Status();
}

Status SmtpClient::Ehlo(const std::string& name, Deadline deadline) {
  E2E_TRY(const SmtpReply reply, Command("EHLO " + name, deadline), "greeting the server");
  if (reply.code != 250) return Unexpected("EHLO was refused", reply);
  extensions_ = SmtpExtensions(reply);
  return Status();
}

Status SmtpClient::Upgrade(const TlsTrust& trust, Deadline deadline) {
  if (!extensions_.contains("STARTTLS")) {
    return Error(ErrorKind::kExpectation, channel_.endpoint().Text() + " does not offer STARTTLS");
  }
  E2E_TRY(const SmtpReply reply, Command("STARTTLS", deadline), "asking for TLS");
  if (reply.code != 220) return Unexpected("STARTTLS was refused", reply);
  Status secured = channel_.StartTls(trust, deadline);
  if (!secured) channel_.Close();
  return secured;
}

Outcome<SmtpReply> SmtpClient::Command(std::string_view line, Deadline deadline) {
  if (line.find_first_of("\r\n") != std::string_view::npos) {
    return Error(ErrorKind::kInternal, "an SMTP command must be one line; send other bytes through channel()");
  }
  Status written = channel_.Write(std::string(line) + "\r\n", deadline);
  if (!written && written.error().kind() != ErrorKind::kTransport) {
    channel_.Close();
    return std::move(written).error();
  }
  // A server that says 421 and closes may have been heard only after the command could not be sent.
  Outcome<SmtpReply> reply = ReadReply(deadline);
  if (!reply && !written) return std::move(written).error();
  return reply;
}

Outcome<SmtpReply> SmtpClient::ReadReply(Deadline deadline) {
  SmtpReplyReader reader;
  while (true) {
    auto line = channel_.ReadLine(deadline);
    if (!line) {
      channel_.Close();
      return std::move(line).error();
    }
    switch (reader.Add(*line)) {
      case SmtpReplyReader::State::kMore: break;
      case SmtpReplyReader::State::kComplete: return reader.reply();
      case SmtpReplyReader::State::kMalformed:
        channel_.Close();
        return Error(ErrorKind::kExpectation, fmt::format("{} sent a malformed reply: \"{}\"",
                                                          channel_.endpoint().Text(), line->substr(0, 200)));
    }
  }
}

Status SmtpClient::AuthPlain(const std::string& user, const std::string& password, Deadline deadline) {
  if (!extensions_.contains("AUTH PLAIN")) {
    return Error(ErrorKind::kExpectation, fmt::format("{} does not offer AUTH PLAIN {} TLS", channel_.endpoint().Text(),
                                                      channel_.secure() ? "under" : "without"));
  }
  using namespace std::string_literals;
  const std::string response = Base64Encode("\0"s + user + "\0"s + password);
  E2E_TRY(const SmtpReply reply, Command("AUTH PLAIN " + response, deadline), "authenticating as " + user);
  if (reply.code != 235) return Unexpected("AUTH PLAIN as " + user + " was refused", reply);
  return Status();
}

std::optional<SendResult> SmtpClient::BeginData(const Envelope& envelope, std::string_view message, Deadline deadline) {
  if (auto end = Step(MailFromLine(envelope, message, extensions_), "MAIL FROM", 250, deadline)) return end;
  for (const std::string& to : envelope.to) {
    // 251: the server will forward (RFC 5321 section 3.4).
    if (auto end = Step("RCPT TO:<" + to + ">", "RCPT TO <" + to + ">", 250, deadline)) return end;
  }
  return Step("DATA", "DATA", 354, deadline);
}

SendResult SmtpClient::Send(const Envelope& envelope, std::string_view message, Deadline deadline) {
  if (auto end = BeginData(envelope, message, deadline)) return *end;
  return EndData(channel_.Write(DotStuffed(message), deadline), deadline);
}

Outcome<SendResult> SmtpClient::SendAround(const Envelope& envelope, std::string_view message,
                                           const DataActions& actions, Deadline deadline) {
  if (auto end = BeginData(envelope, message, deadline)) {
    if (end->error) return std::move(*end->error).While("sending a message");
    return Unexpected(end->stage + " was refused", end->reply);
  }
  auto sent = DataAround(DotStuffed(message), actions, deadline);
  channel_.Close();
  return sent;
}

Outcome<SendResult> SmtpClient::DataAround(const std::string& data, const DataActions& actions, Deadline deadline) {
  if (actions.at_start) E2E_CHECK(actions.at_start(), "after the 354");
  const std::size_t octets = actions.whole ? data.size() : data.size() / 2;
  E2E_CHECK(channel_.Write(std::string_view(data).substr(0, octets), deadline), "sending a message");
  E2E_TRY(const Deadline limit, actions.at_end(), "after the data");
  return actions.whole ? EndData(Status(), limit) : EndHalf(limit);
}

std::optional<SendResult> SmtpClient::Step(const std::string& line, const std::string& stage, int wanted,
                                           Deadline deadline) {
  Outcome<SmtpReply> reply = Command(line, deadline);
  if (!reply) {
    Error error = std::move(reply).error().While("waiting for the reply to " + stage);
    return SendResult{SendOutcome::kRefused, {}, "connection lost before DATA", std::move(error)};
  }
  // The class of the reply decides: 251 is as good as 250.
  if (reply->code / 100 == wanted / 100) return std::nullopt;
  Reset(*reply, deadline);
  return SendResult{SendOutcome::kRefused, *reply, stage, std::nullopt};
}

SendResult SmtpClient::EndData(Status written, Deadline deadline) {
  const std::string stage = "the final dot";
  Outcome<SmtpReply> reply = written || written.error().kind() == ErrorKind::kTransport
                                 ? ReadReply(deadline)
                                 : Outcome<SmtpReply>(written.error());
  if (reply && reply->Negative()) {
    Reset(*reply, deadline);
    return {SendOutcome::kRefused, *reply, stage, std::nullopt};
  }
  if (reply && reply->Positive() && written) return {SendOutcome::kOk, *reply, stage, std::nullopt};
  channel_.Close();
  if (reply) return {SendOutcome::kUnknown, *reply, stage, std::nullopt};
  Error error = written ? std::move(reply).error() : std::move(written).error();
  return {SendOutcome::kUnknown, {}, stage, std::move(error.While("waiting for the reply to " + stage))};
}

SendResult SmtpClient::EndHalf(Deadline deadline) {
  const auto reply = ReadReply(deadline);
  const bool taken = reply && reply->Positive();
  return {taken ? SendOutcome::kOk : SendOutcome::kRefused, reply ? *reply : SmtpReply{}, "half of the message", {}};
}

// Best effort: a session that can't be reset is closed, and the next command says so.
void SmtpClient::Reset(const SmtpReply& reply, Deadline deadline) {
  const bool closing = reply.code == 421;
  if (closing || !Command("RSET", deadline)) channel_.Close();
}

Status SmtpClient::Quit(Deadline deadline) {
  E2E_TRY(const SmtpReply reply, Command("QUIT", deadline), "leaving");
  channel_.Close();
  if (reply.code != 221) return Unexpected("QUIT was not answered with 221", reply);
  return Status();
}

Error SmtpClient::Unexpected(const std::string& what, const SmtpReply& reply) const {
  return Error(ErrorKind::kExpectation, fmt::format("{}: {}: {}", channel_.endpoint().Text(), what, reply.Text()));
}

}  // namespace e2e
