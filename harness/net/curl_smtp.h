// CurlSmtp: a session of libcurl's own SMTP, and what the server said in it. Internal to net/.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "net/curl_session.h"
#include "net/smtp_values.h"

namespace e2e {

// libcurl goes on without a login when the server does not offer AUTH, so that only LoggedIn() is a proof of one. Its
// address stays put. Thread rule: one thread.
class CurlSmtp {
 public:
  // `transcript` may be null.
  CurlSmtp(const SmtpOptions& options, const std::optional<Credentials>& login, Transcript* transcript);

  CurlEasy& easy() { return session_.easy(); }
  CurlSession& session() { return session_; }
  // The last reply that was complete, and the command that it followed. QUIT does not count.
  const SmtpReply& last() const { return last_; }
  const std::string& command() const { return command_; }
  // So that last() can only be one that comes from now on.
  void ForgetReply() { last_ = SmtpReply(); }
  // Of the last EHLO.
  const std::set<std::string>& extensions() const { return extensions_; }
  // A login was asked for and the server said 235 to it, or none was asked for.
  bool LoggedIn() const { return !wants_login_ || logged_in_; }
  // What libcurl's failure means: kExpectation when the server's answer was the reason, with that answer.
  Error Failure(CURLcode code) const;
  // The reason when a session was opened and nobody is logged in.
  Error NotLoggedIn() const;

 private:
  void OnLine(std::string_view line);
  void OnCommand(std::string_view line);

  const bool wants_login_;
  CurlSession session_;
  SmtpReplyReader reader_;
  SmtpReply last_;
  std::string command_;
  std::set<std::string> extensions_;
  bool logged_in_ = false;
  bool leaving_ = false;
};

}  // namespace e2e
