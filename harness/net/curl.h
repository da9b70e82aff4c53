// Curl: libcurl's handles with owners, the options that all of them share, and a loop that obeys the
// deadline and the interrupt. The one header that includes libcurl; only net/ includes it, and no header that others
// use.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/outcome.h"
#include "net/endpoint.h"

namespace e2e {

// A header list; libcurl keeps pointers into it, so it must outlive the transfer.
class CurlList {
 public:
  void Append(const std::string& text);
  curl_slist* get() const { return list_.get(); }

 private:
  struct Free {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  std::unique_ptr<curl_slist, Free> list_;
};

// An easy handle. Its address stays put, because libcurl writes the error text into it.
// Thread rule: one thread.
class CurlEasy {
 public:
  CurlEasy();
  ~CurlEasy() { curl_easy_cleanup(handle_); }
  CurlEasy(const CurlEasy&) = delete;
  CurlEasy& operator=(const CurlEasy&) = delete;

  CURL* get() const { return handle_; }
  template <typename Value>
  void Set(CURLoption option, Value value) {
    Check(curl_easy_setopt(handle_, option, value));
  }
  // Forgets all options but keeps open connections, then sets the common ones: no proxy, no signals, no
  // redirects, no protocols but http and https.
  void Reset();
  // Dials `endpoint.address` for whatever host the URL names, and resolves nothing.
  void DialAt(const Endpoint& endpoint);
  void Trust(const TlsTrust& trust);
  void Present(const ClientCertificate& client);
  // libcurl's own words on the last failure.
  std::string Why(CURLcode code) const;

 private:
  static void Check(CURLcode code);

  CURL* handle_;
  CurlList connect_to_;
  std::array<char, CURL_ERROR_SIZE> error_{};
};

// How driving a transfer ended; `code` tells only with kDone.
struct CurlEnd {
  enum class By { kDone, kDeadline, kInterrupt } by;
  CURLcode code = CURLE_OK;
};

// A multi handle: the owner of connections, driving any number of transfers. Thread rule: one thread.
class CurlLoop {
 public:
  struct Ended {
    CURL* handle;
    CURLcode code;
  };

  CurlLoop();
  ~CurlLoop() { curl_multi_cleanup(handle_); }
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;

  // The handle must be removed before it or the loop ends.
  void Add(CurlEasy& easy);
  // Closes the connection when the transfer had not ended, and always when it was a connect-only one.
  void Remove(CurlEasy& easy) { curl_multi_remove_handle(handle_, easy.get()); }
  // Does what can be done at once; tells each transfer that came to its end, once. It stays attached.
  std::vector<Ended> Perform();
  // Until a transfer or one of `more` can go on, the interrupt or the time. The revents of `more` are filled in.
  void Wait(std::vector<curl_waitfd>& more, const Interrupt& interrupt, Duration at_most);

 private:
  CURLM* handle_;
};

// A loop for one transfer at a time.
class CurlMulti {
 public:
  CurlMulti() = default;
  ~CurlMulti() { Remove(); }
  CurlMulti(const CurlMulti&) = delete;
  CurlMulti& operator=(const CurlMulti&) = delete;

  // Drives `easy` to its end, the deadline or the interrupt. The handle stays attached until Remove(), as
  // the use of a connect-only connection demands.
  CurlEnd Run(CurlEasy& easy, const Clock& clock, const Interrupt& interrupt, Deadline deadline);
  // Closes the connection when the transfer had not ended.
  void Remove();

 private:
  CurlLoop loop_;
  CurlEasy* attached_ = nullptr;
};

// "https://host:port", with brackets around an IPv6 address.
std::string UrlOf(const std::string& scheme, const Endpoint& endpoint);

}  // namespace e2e
