#include "net/curl_smtp.h"

#include <fmt/format.h>

#include "base/text.h"

namespace e2e {

namespace {

constexpr std::size_t kLastLines = 12;

bool ServerDecided(CURLcode code) {
  return code == CURLE_LOGIN_DENIED || code == CURLE_REMOTE_ACCESS_DENIED || code == CURLE_USE_SSL_FAILED ||
         code == CURLE_WEIRD_SERVER_REPLY;
}

}  // namespace

CurlSmtp::CurlSmtp(const SmtpOptions& options, const std::optional<Credentials>& login, Transcript* transcript)
    : where_(options.endpoint.Text()),
      wants_login_(login.has_value()),
      transcript_(transcript),
      label_(transcript == nullptr ? "" : transcript->Open(where_)) {
  const bool implicit = options.security == Security::kImplicitTls;
  easy_.Set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  easy_.Set(CURLOPT_URL, (UrlOf(implicit ? "smtps" : "smtp", options.endpoint) + "/" + options.ehlo_name).c_str());
  easy_.Set(CURLOPT_USE_SSL,
            static_cast<long>(options.security == Security::kPlain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  easy_.Set(CURLOPT_SSL_SESSIONID_CACHE, 0L);
  easy_.Set(CURLOPT_FRESH_CONNECT, 1L);
  easy_.Set(CURLOPT_TCP_NODELAY, 1L);
  easy_.DialAt(options.endpoint);
  easy_.Trust(options.trust);
  if (login) {
    easy_.Set(CURLOPT_USERNAME, login->user.c_str());
    easy_.Set(CURLOPT_PASSWORD, login->password.c_str());
  }
  // The commands are seen by the debug function alone, the replies by that of the headers.
  easy_.Set(CURLOPT_VERBOSE, 1L);
  easy_.Set(CURLOPT_DEBUGFUNCTION, &OnDebug);
  easy_.Set(CURLOPT_DEBUGDATA, this);
  easy_.Set(CURLOPT_HEADERFUNCTION, &OnHeader);
  easy_.Set(CURLOPT_HEADERDATA, this);
}

int CurlSmtp::OnDebug(CURL*, curl_infotype type, char* bytes, std::size_t size, void* self) {
  if (type == CURLINFO_HEADER_OUT) static_cast<CurlSmtp*>(self)->Said({bytes, size});
  return 0;
}

std::size_t CurlSmtp::OnHeader(char* bytes, std::size_t, std::size_t size, void* self) {
  auto& smtp = *static_cast<CurlSmtp*>(self);
  const std::string_view line(bytes, size);
  smtp.Heard(line);
  const std::string_view text = Trim(line);
  if (smtp.reader_.Add(text) == SmtpReplyReader::State::kComplete) smtp.Take(smtp.reader_.reply());
  return size;
}

void CurlSmtp::Take(const SmtpReply& reply) {
  last_ = reply;
  if (command_ == "EHLO") extensions_ = SmtpExtensions(reply);
  if (command_ == "AUTH" && reply.code == 235) logged_in_ = true;
}

void CurlSmtp::Heard(std::string_view bytes) {
  if (transcript_ != nullptr) transcript_->Server(label_, bytes);
}

void CurlSmtp::Said(std::string_view bytes) {
  if (transcript_ != nullptr) transcript_->Client(label_, bytes);
  // What follows a challenge belongs to its command.
  if (command_ != "AUTH" || last_.code != 334) command_ = std::string(bytes.substr(0, bytes.find_first_of(" \r")));
}

void CurlSmtp::Note(std::string_view text) {
  if (transcript_ != nullptr) transcript_->Note(label_, text);
}

Error CurlSmtp::Failure(CURLcode code) const {
  const std::string why = easy_.Why(code);
  if (code == CURLE_OPERATION_TIMEDOUT) return WithDialogue(Error(ErrorKind::kTimeout, where_ + ": " + why));
  // A command that is refused ends like one that could not be sent.
  const bool refused = ServerDecided(code) || (code == CURLE_SEND_ERROR && last_.Negative());
  if (!refused) return WithDialogue(Error(ErrorKind::kTransport, where_ + ": " + why));
  const std::string after = command_.empty() ? "the greeting" : command_;
  return WithDialogue(
      Error(ErrorKind::kExpectation, fmt::format("{}: {} after {} ({})", where_, last_.Text(), after, why)));
}

Error CurlSmtp::NotLoggedIn() const {
  return WithDialogue(Error(ErrorKind::kExpectation, where_ + " does not offer AUTH: nobody is logged in"));
}

Error CurlSmtp::WithDialogue(Error error) const {
  if (transcript_ == nullptr) return error;
  return error.Detail("the conversation's end:\n" + transcript_->LastOf(label_, kLastLines));
}

}  // namespace e2e
