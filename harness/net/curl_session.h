// CurlSession: a handle that is set up for a mail protocol of libcurl's own, and what was said on it. Internal to net/.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "net/curl.h"
#include "net/transcript.h"

namespace e2e {

// TLS is never left out when it is asked for. Its address stays put. Thread rule: one thread.
class CurlSession {
 public:
  // `scheme` is smtp or imap; `path` stands behind the URL's port. `transcript` may be null.
  CurlSession(const std::string& scheme, const Endpoint& endpoint, const std::string& path, Security security,
              const TlsTrust& trust, const std::optional<Credentials>& login, Transcript* transcript);
  CurlSession(const CurlSession&) = delete;
  CurlSession& operator=(const CurlSession&) = delete;

  // Each line of the server, and each command of libcurl. Default: they are only written down.
  std::function<void(std::string_view)> on_heard;
  std::function<void(std::string_view)> on_said;

  CurlEasy& easy() { return easy_; }
  const CurlEasy& easy() const { return easy_; }
  const std::string& where() const { return where_; }
  // For octets that libcurl does not know of, as it has left the connection to its user.
  void Heard(std::string_view bytes);
  void Said(std::string_view bytes);
  void Note(std::string_view text);
  // Ends a transfer that is under way at the deadline or the interrupt, also while libcurl waits by itself. `interrupt`
  // must outlive the transfer.
  void EndBy(const Clock& clock, Deadline deadline, const Interrupt& interrupt);
  // The end of the conversation into `error`, where there is a transcript.
  Error WithDialogue(Error error) const;

 private:
  static int OnDebug(CURL*, curl_infotype type, char* bytes, std::size_t size, void* self);
  static std::size_t OnHeader(char* bytes, std::size_t, std::size_t size, void* self);
  static int OnProgress(void* interrupt, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  const std::string where_;
  CurlEasy easy_;
  Transcript* const transcript_;
  const std::string label_;
};

}  // namespace e2e
