#include "net/curl.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace e2e {

namespace {

// Only memory or a wrong build of libcurl can make these calls fail: nothing to recover from.
[[noreturn]] void Abort(const char* what) {
  std::fprintf(stderr, "libcurl: %s; needs libcurl 7.85 or later with TLS\n", what);
  std::abort();
}

void InitOnce() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) Abort(curl_easy_strerror(code));
}

std::string Bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

// libcurl's own choice for any.
long OnlyVersion(TlsVersion version) {
  const auto only = [](long lowest, long highest) { return lowest | highest; };
  switch (version) {
    case TlsVersion::kAny: break;
    case TlsVersion::k10: return only(CURL_SSLVERSION_TLSv1_0, CURL_SSLVERSION_MAX_TLSv1_0);
    case TlsVersion::k11: return only(CURL_SSLVERSION_TLSv1_1, CURL_SSLVERSION_MAX_TLSv1_1);
    case TlsVersion::k12: return only(CURL_SSLVERSION_TLSv1_2, CURL_SSLVERSION_MAX_TLSv1_2);
    case TlsVersion::k13: return only(CURL_SSLVERSION_TLSv1_3, CURL_SSLVERSION_MAX_TLSv1_3);
  }
  return CURL_SSLVERSION_DEFAULT;
}

curl_blob Copied(const std::string& bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_COPY};
}

}  // namespace

void CurlList::Append(const std::string& text) {
  curl_slist* longer = curl_slist_append(list_.get(), text.c_str());
  if (longer == nullptr) Abort("out of memory");
  (void)list_.release();
  list_.reset(longer);
}

CurlEasy::CurlEasy() {
  InitOnce();
  handle_ = curl_easy_init();
  if (handle_ == nullptr) Abort("no handle");
  Reset();
}

void CurlEasy::Check(CURLcode code) {
  if (code != CURLE_OK) Abort(curl_easy_strerror(code));
}

void CurlEasy::Reset() {
  curl_easy_reset(handle_);
  error_[0] = '\0';
  Set(CURLOPT_ERRORBUFFER, error_.data());
  Set(CURLOPT_NOSIGNAL, 1L);
  Set(CURLOPT_PROXY, "");
  Set(CURLOPT_NOPROXY, "*");
  Set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  Set(CURLOPT_FOLLOWLOCATION, 0L);
  Set(CURLOPT_PROTOCOLS_STR, "http,https");
}

void CurlEasy::DialAt(const Endpoint& endpoint) {
  connect_to_ = CurlList();
  connect_to_.Append("::" + Bracketed(endpoint.address) + ":" + std::to_string(endpoint.port));
  Set(CURLOPT_CONNECT_TO, connect_to_.get());
}

void CurlEasy::Trust(const TlsTrust& trust) {
  const bool verify = !trust.ca_pem.empty();
  Set(CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
  Set(CURLOPT_SSL_VERIFYHOST, verify || trust.named ? 2L : 0L);
  Set(CURLOPT_SSLVERSION, OnlyVersion(trust.version));
  // At its usual level OpenSSL does not even offer the old versions, and a server's refusal would prove nothing.
  const bool old = trust.version == TlsVersion::k10 || trust.version == TlsVersion::k11;
  Set<const char*>(CURLOPT_SSL_CIPHER_LIST, old ? "ALL:@SECLEVEL=0" : nullptr);
  // The machine's own authorities must not make a wrong certificate look right.
  Set<const char*>(CURLOPT_CAPATH, nullptr);
  if (!verify) return;
  curl_blob blob = Copied(trust.ca_pem);
  Set(CURLOPT_CAINFO_BLOB, &blob);
}

void CurlEasy::Present(const ClientCertificate& client) {
  curl_blob cert = Copied(client.cert_pem);
  curl_blob key = Copied(client.key_pem);
  Set(CURLOPT_SSLCERT_BLOB, &cert);
  Set(CURLOPT_SSLKEY_BLOB, &key);
}

std::string CurlEasy::Why(CURLcode code) const {
  return error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
}

CurlLoop::CurlLoop() {
  InitOnce();
  handle_ = curl_multi_init();
  if (handle_ == nullptr) Abort("no handle");
}

void CurlLoop::Add(CurlEasy& easy) {
  if (curl_multi_add_handle(handle_, easy.get()) != CURLM_OK) Abort("a handle was refused");
}

std::vector<CurlLoop::Ended> CurlLoop::Perform() {
  int running = 0;
  if (curl_multi_perform(handle_, &running) != CURLM_OK) Abort("a transfer could not be driven");
  std::vector<Ended> ended;
  int queued = 0;
  while (const CURLMsg* message = curl_multi_info_read(handle_, &queued)) {
    if (message->msg == CURLMSG_DONE) ended.push_back({message->easy_handle, message->data.result});
  }
  return ended;
}

void CurlLoop::Wait(std::vector<curl_waitfd>& more, const Interrupt& interrupt, Duration at_most) {
  more.push_back({interrupt.Fd(), CURL_WAIT_POLLIN, 0});
  curl_multi_poll(handle_, more.data(), static_cast<unsigned>(more.size()), static_cast<int>(at_most.count()), nullptr);
  more.pop_back();
}

CurlEnd CurlMulti::Run(CurlEasy& easy, const Clock& clock, const Interrupt& interrupt, Deadline deadline) {
  Remove();
  // libcurl would otherwise give up on a slow connection after its own 300 seconds.
  easy.Set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(deadline.Left(clock).count()));
  loop_.Add(easy);
  attached_ = &easy;
  while (true) {
    if (interrupt.Requested()) return {CurlEnd::By::kInterrupt};
    if (const auto ended = loop_.Perform(); !ended.empty()) return {CurlEnd::By::kDone, ended.front().code};
    if (deadline.Passed(clock)) return {CurlEnd::By::kDeadline};
    std::vector<curl_waitfd> none;
    loop_.Wait(none, interrupt, std::min(deadline.Left(clock) + Duration(1), Duration(1000)));
  }
}

void CurlMulti::Remove() {
  if (attached_ != nullptr) loop_.Remove(*attached_);
  attached_ = nullptr;
}

std::string UrlOf(const std::string& scheme, const Endpoint& endpoint) {
  return scheme + "://" + Bracketed(endpoint.host) + ":" + std::to_string(endpoint.port);
}

}  // namespace e2e
