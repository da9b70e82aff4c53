// CurlSmtp: a handle that is set up for libcurl's own SMTP, and what was said on it. Internal to net/.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "net/curl.h"
#include "net/smtp_values.h"
#include "net/transcript.h"

namespace e2e {

// TLS is never left out when it is asked for. libcurl itself goes on without a login when the server does not offer
// AUTH, so that only LoggedIn() is a proof of one. Its address stays put. Thread rule: one thread.
class CurlSmtp {
 public:
  // `transcript` may be null.
  CurlSmtp(const SmtpOptions& options, const std::optional<Credentials>& login, Transcript* transcript);
  CurlSmtp(const CurlSmtp&) = delete;
  CurlSmtp& operator=(const CurlSmtp&) = delete;

  CurlEasy& easy() { return easy_; }
  // The last reply that was complete, and the command that it followed.
  const SmtpReply& last() const { return last_; }
  const std::string& command() const { return command_; }
  // Of the last EHLO.
  const std::set<std::string>& extensions() const { return extensions_; }
  // A login was asked for and the server said 235 to it, or none was asked for.
  bool LoggedIn() const { return !wants_login_ || logged_in_; }
  // What libcurl's failure means: kExpectation when the server's answer was the reason, with that answer.
  Error Failure(CURLcode code) const;
  // The same for a login that did not take place.
  Error NotLoggedIn() const;

  // What goes over the connection after libcurl has left it to its user; also libcurl tells its own by these.
  void Heard(std::string_view bytes);
  void Said(std::string_view bytes);
  void Note(std::string_view text);
  // The end of the conversation into `error`, where there is a transcript.
  Error WithDialogue(Error error) const;

 private:
  static int OnDebug(CURL*, curl_infotype type, char* bytes, std::size_t size, void* self);
  static std::size_t OnHeader(char* bytes, std::size_t, std::size_t size, void* self);
  void Take(const SmtpReply& reply);

  const std::string where_;
  const bool wants_login_;
  CurlEasy easy_;
  Transcript* const transcript_;
  const std::string label_;
  SmtpReplyReader reader_;
  SmtpReply last_;
  std::string command_;
  std::set<std::string> extensions_;
  bool logged_in_ = false;
};

}  // namespace e2e
