#include "net/curl_smtp.h"

#include <fmt/format.h>

#include "base/text.h"

namespace e2e {

namespace {

bool ServerDecided(CURLcode code) {
  return code == CURLE_LOGIN_DENIED || code == CURLE_REMOTE_ACCESS_DENIED || code == CURLE_USE_SSL_FAILED ||
         code == CURLE_WEIRD_SERVER_REPLY;
}

}  // namespace

CurlSmtp::CurlSmtp(const SmtpOptions& options, const std::optional<Credentials>& login, Transcript* transcript)
    : wants_login_(login.has_value()),
      session_("smtp", options.endpoint, "/" + options.ehlo_name, options.security, options.trust, login, transcript) {
  session_.on_heard = [this](std::string_view line) { OnLine(line); };
  session_.on_said = [this](std::string_view line) { OnCommand(line); };
}

void CurlSmtp::OnLine(std::string_view line) {
  if (reader_.Add(Trim(line)) != SmtpReplyReader::State::kComplete || leaving_) return;
  last_ = reader_.reply();
  if (command_ == "EHLO") extensions_ = SmtpExtensions(last_);
  if (command_ == "AUTH" && last_.code == 235) logged_in_ = true;
}

void CurlSmtp::OnCommand(std::string_view line) {
  leaving_ = leaving_ || line.starts_with("QUIT");
  // What follows a challenge belongs to its command.
  if (leaving_ || (command_ == "AUTH" && last_.code == 334)) return;
  command_ = std::string(line.substr(0, line.find_first_of(" \r")));
}

Error CurlSmtp::Failure(CURLcode code) const {
  const std::string& where = session_.where();
  const std::string why = session_.easy().Why(code);
  if (code == CURLE_OPERATION_TIMEDOUT) return session_.WithDialogue(Error(ErrorKind::kTimeout, where + ": " + why));
  // A command that is refused ends like one that could not be sent.
  const bool refused = ServerDecided(code) || (code == CURLE_SEND_ERROR && last_.Negative());
  if (!refused) return session_.WithDialogue(Error(ErrorKind::kTransport, where + ": " + why));
  const std::string after = command_.empty() ? "the greeting" : command_;
  return session_.WithDialogue(
      Error(ErrorKind::kExpectation, fmt::format("{}: {} after {} ({})", where, last_.Text(), after, why)));
}

Error CurlSmtp::NotLoggedIn() const {
  return session_.WithDialogue(
      Error(ErrorKind::kExpectation, session_.where() + " does not offer AUTH: nobody is logged in"));
}

}  // namespace e2e
