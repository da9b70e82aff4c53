#include "net/tls_session.h"

#include <fmt/format.h>

#include <utility>

#include "net/curl.h"

namespace e2e {

namespace {

curl_socket_t UseOurs(void* fd, curlsocktype, curl_sockaddr*) {
  return *static_cast<int*>(fd);
}
int IsConnected(void*, curl_socket_t, curlsocktype) {
  return CURL_SOCKOPT_ALREADY_CONNECTED;
}
int LeaveOpen(void*, curl_socket_t) {
  return 0;
}

class CurlTlsSession : public TlsSession {
 public:
  CurlTlsSession(int fd, const Endpoint& endpoint, const TlsTrust& trust) : fd_(fd) {
    const std::string url = UrlOf("https", endpoint);
    easy_.Set(CURLOPT_URL, url.c_str());
    easy_.Set(CURLOPT_CONNECT_ONLY, 1L);
    easy_.Set(CURLOPT_SSL_ENABLE_ALPN, 0L);
    easy_.Set(CURLOPT_SSL_SESSIONID_CACHE, 0L);
    easy_.Set(CURLOPT_OPENSOCKETFUNCTION, &UseOurs);
    easy_.Set(CURLOPT_OPENSOCKETDATA, &fd_);
    easy_.Set(CURLOPT_SOCKOPTFUNCTION, &IsConnected);
    easy_.Set(CURLOPT_CLOSESOCKETFUNCTION, &LeaveOpen);
    // The address is not dialled, but has to be numeric so that nothing is resolved.
    Endpoint numeric = endpoint;
    numeric.address = "127.0.0.1";
    easy_.DialAt(numeric);
    easy_.Trust(trust);
  }

  CurlEnd Connect(const Clock& clock, const Interrupt& interrupt, Deadline deadline) {
    return multi_.Run(easy_, clock, interrupt, deadline);
  }
  std::string Why(CURLcode code) const { return easy_.Why(code); }

  IoStep Read(char* buffer, std::size_t size) override {
    std::size_t bytes = 0;
    const CURLcode code = curl_easy_recv(easy_.get(), buffer, size, &bytes);
    if (code == CURLE_OK && bytes == 0) return {IoStep::Kind::kEof, 0, ""};
    return Step(code, bytes);
  }
  IoStep Write(const char* bytes, std::size_t size) override {
    std::size_t sent = 0;
    const CURLcode code = curl_easy_send(easy_.get(), bytes, size, &sent);
    return Step(code, sent);
  }

 private:
  IoStep Step(CURLcode code, std::size_t bytes) const {
    if (code == CURLE_OK) return {IoStep::Kind::kBytes, bytes, ""};
    if (code == CURLE_AGAIN) return {IoStep::Kind::kWouldBlock, 0, ""};
    return {IoStep::Kind::kLost, 0, easy_.Why(code)};
  }

  int fd_;
  // Declared in this order so that the connections go before the handle that they refer to.
  CurlEasy easy_;
  CurlMulti multi_;
};

}  // namespace

Outcome<std::unique_ptr<TlsSession>> TlsSession::Handshake(int fd, const Endpoint& endpoint, const TlsTrust& trust,
                                                           const Clock& clock, const Interrupt& interrupt,
                                                           Deadline deadline) {
  const TimePoint start = clock.Now();
  auto session = std::make_unique<CurlTlsSession>(fd, endpoint, trust);
  const CurlEnd end = session->Connect(clock, interrupt, deadline);
  const std::string whom = fmt::format("TLS with {} at {}", endpoint.host, endpoint.Text());
  if (end.by == CurlEnd::By::kInterrupt) return Error(ErrorKind::kInterrupted, whom + " stopped on request");
  if (end.by == CurlEnd::By::kDeadline || end.code == CURLE_OPERATION_TIMEDOUT) {
    const auto spent = std::chrono::duration_cast<Duration>(clock.Now() - start);
    return Error(ErrorKind::kTimeout, fmt::format("{}: no handshake within {}", whom, Text(spent)));
  }
  if (end.code != CURLE_OK) {
    return Error(ErrorKind::kTransport, fmt::format("{} failed: {}", whom, session->Why(end.code)));
  }
  return std::unique_ptr<TlsSession>(std::move(session));
}

}  // namespace e2e
