#include "net/curl_mail.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>

#include "net/curl.h"
#include "net/curl_smtp.h"

namespace e2e {

namespace {

constexpr std::size_t kLargest = std::size_t{256} * 1024 * 1024;

// A message on its way out; libcurl's callback gets its address.
struct Outgoing {
  CurlSmtp& smtp;
  const std::string& message;
  std::size_t sent = 0;
  bool begun = false;
  bool whole = false;
};

// Called for the first time when the server has said 354.
std::size_t OnRead(char* buffer, std::size_t, std::size_t size, void* user) {
  Outgoing& out = *static_cast<Outgoing*>(user);
  if (!out.smtp.LoggedIn()) return CURL_READFUNC_ABORT;
  out.begun = true;
  const std::size_t bytes = std::min(size, out.message.size() - out.sent);
  std::memcpy(buffer, out.message.data() + out.sent, bytes);
  out.sent += bytes;
  if (out.sent < out.message.size() || out.whole) return bytes;
  // libcurl says the final dot behind these: only what comes from here on is about the message.
  out.whole = true;
  out.smtp.ForgetReply();
  return bytes;
}

std::size_t OnWrite(char* bytes, std::size_t, std::size_t size, void* user) {
  std::string& text = *static_cast<std::string*>(user);
  if (text.size() + size > kLargest) return 0;
  text.append(bytes, size);
  return size;
}

// Why a transfer did not end by itself; nothing when it did.
std::optional<Error> CutShort(const CurlEnd& end, const std::string& where, const Interrupt& interrupt) {
  const bool stopped =
      end.by == CurlEnd::By::kInterrupt || (end.code == CURLE_ABORTED_BY_CALLBACK && interrupt.Requested());
  if (stopped) return Error(ErrorKind::kInterrupted, where + ": stopped on request");
  if (end.by == CurlEnd::By::kDeadline) return Error(ErrorKind::kTimeout, where + ": no answer in time");
  return std::nullopt;
}

std::string StageOf(const std::string& command, const Envelope& envelope) {
  if (command == "MAIL") return "MAIL FROM";
  if (command == "RCPT") return "RCPT TO <" + (envelope.to.size() == 1 ? envelope.to.front() : "…") + ">";
  return command == "DATA" ? command : "opening the session";
}

SendResult AfterData(const CurlSmtp& smtp, bool whole, std::optional<Error> why) {
  const std::string stage = "the final dot";
  if (whole && smtp.last().Negative()) return {SendOutcome::kRefused, smtp.last(), stage, std::nullopt};
  if (whole && smtp.last().Positive() && !why) return {SendOutcome::kOk, smtp.last(), stage, std::nullopt};
  return {SendOutcome::kUnknown, smtp.last(), stage, std::move(why)};
}

SendResult ResultOf(const CurlMailContext& context, CurlSmtp& smtp, const Outgoing& out, const CurlEnd& end,
                    const Envelope& envelope) {
  std::optional<Error> why = CutShort(end, smtp.session().where(), context.interrupt);
  if (!why && end.code != CURLE_OK) why = smtp.Failure(end.code);
  if (out.begun) return AfterData(smtp, out.whole, std::move(why));
  const std::string stage = StageOf(smtp.command(), envelope);
  const bool opened = stage != "opening the session";
  if (opened && !smtp.LoggedIn()) return {SendOutcome::kRefused, {}, "opening the session", smtp.NotLoggedIn()};
  if (!opened || smtp.last().Negative()) return {SendOutcome::kRefused, smtp.last(), stage, std::move(why)};
  return {SendOutcome::kRefused, {}, "connection lost before DATA", std::move(why)};
}

std::string Escaped(const std::string& text) {
  CurlEasy easy;
  const std::unique_ptr<char, decltype(&curl_free)> escaped(
      curl_easy_escape(easy.get(), text.c_str(), static_cast<int>(text.size())), &curl_free);
  return escaped.get();
}

std::string PathOf(const CurlFetchRequest& request) {
  const std::string section = request.section.empty() ? "" : "/;SECTION=" + request.section;
  return fmt::format("/{};UIDVALIDITY={}/;UID={}{}", Escaped(request.mailbox), request.uidvalidity, request.uid,
                     section);
}

bool ServerDecided(CURLcode code) {
  return code == CURLE_LOGIN_DENIED || code == CURLE_REMOTE_FILE_NOT_FOUND || code == CURLE_QUOTE_ERROR ||
         code == CURLE_USE_SSL_FAILED || code == CURLE_WEIRD_SERVER_REPLY;
}

}  // namespace

SendResult CurlSend(const CurlMailContext& context, const SmtpOptions& server, const Credentials& login,
                    const Envelope& envelope, const std::string& message, Deadline deadline) {
  CurlSmtp smtp(server, login, context.transcript);
  Outgoing out{smtp, message};
  CurlList recipients;
  std::string addresses = envelope.from;
  for (const std::string& to : envelope.to) {
    recipients.Append("<" + to + ">");
    addresses += to;
  }
  // libcurl 7.88 sends them as they are.
  if (addresses.find_first_of("\r\n") != std::string::npos) {
    return {
        SendOutcome::kRefused, {}, "opening the session", Error(ErrorKind::kInternal, "an address must be one line")};
  }
  CurlEasy& easy = smtp.easy();
  easy.Set(CURLOPT_FORBID_REUSE, 1L);
  easy.Set(CURLOPT_UPLOAD, 1L);
  easy.Set(CURLOPT_MAIL_FROM, ("<" + envelope.from + ">").c_str());
  easy.Set(CURLOPT_MAIL_RCPT, recipients.get());
  easy.Set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.size()));
  easy.Set(CURLOPT_READFUNCTION, &OnRead);
  easy.Set(CURLOPT_READDATA, &out);
  smtp.session().EndBy(context.clock, deadline, context.interrupt);
  CurlMulti multi;
  const CurlEnd end = multi.Run(easy, context.clock, context.interrupt, deadline);
  return ResultOf(context, smtp, out, end, envelope);
}

Outcome<std::string> CurlFetch(const CurlMailContext& context, const CurlFetchRequest& request, Deadline deadline) {
  CurlSession session("imap", request.endpoint, PathOf(request), request.security, request.trust, request.login,
                      context.transcript);
  std::string text;
  CurlEasy& easy = session.easy();
  easy.Set(CURLOPT_FORBID_REUSE, 1L);
  easy.Set(CURLOPT_WRITEFUNCTION, &OnWrite);
  easy.Set(CURLOPT_WRITEDATA, &text);
  session.EndBy(context.clock, deadline, context.interrupt);
  CurlMulti multi;
  const CurlEnd end = multi.Run(easy, context.clock, context.interrupt, deadline);
  if (auto why = CutShort(end, session.where(), context.interrupt)) return session.WithDialogue(std::move(*why));
  if (end.code == CURLE_OK) return text;
  const ErrorKind kind = end.code == CURLE_OPERATION_TIMEDOUT ? ErrorKind::kTimeout
                         : ServerDecided(end.code)            ? ErrorKind::kExpectation
                                                              : ErrorKind::kTransport;
  return session.WithDialogue(Error(kind, fmt::format("{}: fetching UID {} of {}: {}", session.where(), request.uid,
                                                      request.mailbox, easy.Why(end.code))));
}

}  // namespace e2e
