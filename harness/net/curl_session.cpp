#include "net/curl_session.h"

namespace e2e {

namespace {

constexpr std::size_t kLastLines = 12;

}  // namespace

CurlSession::CurlSession(const std::string& scheme, const Endpoint& endpoint, const std::string& path,
                         Security security, const TlsTrust& trust, const std::optional<Credentials>& login,
                         Transcript* transcript)
    : where_(endpoint.Text()), transcript_(transcript), label_(transcript == nullptr ? "" : transcript->Open(where_)) {
  const bool implicit = security == Security::kImplicitTls;
  easy_.Set(CURLOPT_PROTOCOLS_STR, (scheme + "," + scheme + "s").c_str());
  easy_.Set(CURLOPT_URL, (UrlOf(implicit ? scheme + "s" : scheme, endpoint) + path).c_str());
  easy_.Set(CURLOPT_USE_SSL, static_cast<long>(security == Security::kPlain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  easy_.Set(CURLOPT_SSL_SESSIONID_CACHE, 0L);
  easy_.Set(CURLOPT_FRESH_CONNECT, 1L);
  easy_.Set(CURLOPT_TCP_NODELAY, 1L);
  easy_.DialAt(endpoint);
  easy_.Trust(trust);
  if (login) {
    easy_.Set(CURLOPT_USERNAME, login->user.c_str());
    easy_.Set(CURLOPT_PASSWORD, login->password.c_str());
  }
  // The commands are seen by the debug function alone, the answers by that of the headers.
  easy_.Set(CURLOPT_VERBOSE, 1L);
  easy_.Set(CURLOPT_DEBUGFUNCTION, &OnDebug);
  easy_.Set(CURLOPT_DEBUGDATA, this);
  easy_.Set(CURLOPT_HEADERFUNCTION, &OnHeader);
  easy_.Set(CURLOPT_HEADERDATA, this);
}

int CurlSession::OnDebug(CURL*, curl_infotype type, char* bytes, std::size_t size, void* self) {
  auto& session = *static_cast<CurlSession*>(self);
  if (type != CURLINFO_HEADER_OUT) return 0;
  session.Said({bytes, size});
  if (session.on_said) session.on_said({bytes, size});
  return 0;
}

std::size_t CurlSession::OnHeader(char* bytes, std::size_t, std::size_t size, void* self) {
  auto& session = *static_cast<CurlSession*>(self);
  session.Heard({bytes, size});
  if (session.on_heard) session.on_heard({bytes, size});
  return size;
}

int CurlSession::OnProgress(void* interrupt, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Interrupt*>(interrupt)->Requested() ? 1 : 0;
}

void CurlSession::EndBy(const Clock& clock, Deadline deadline, const Interrupt& interrupt) {
  // Zero would mean: no limit.
  easy_.Set(CURLOPT_TIMEOUT_MS, static_cast<long>(deadline.Left(clock).count()) + 1);
  easy_.Set(CURLOPT_NOPROGRESS, 0L);
  easy_.Set(CURLOPT_XFERINFOFUNCTION, &OnProgress);
  easy_.Set(CURLOPT_XFERINFODATA, const_cast<Interrupt*>(&interrupt));
}

void CurlSession::Heard(std::string_view bytes) {
  if (transcript_ != nullptr) transcript_->Server(label_, bytes);
}

void CurlSession::Said(std::string_view bytes) {
  if (transcript_ != nullptr) transcript_->Client(label_, bytes);
}

void CurlSession::Note(std::string_view text) {
  if (transcript_ != nullptr) transcript_->Note(label_, text);
}

Error CurlSession::WithDialogue(Error error) const {
  if (transcript_ == nullptr) return error;
  return error.Detail("the conversation's end:\n" + transcript_->LastOf(label_, kLastLines));
}

}  // namespace e2e
