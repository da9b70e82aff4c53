// LoopbackConnection: one connection of a LoopbackServer, which goes through its script. Internal to support/.
#pragma once

#include <openssl/ssl.h>

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "support/loopback_server.h"

namespace e2e {

// One accepted connection. Its functions give false once the script can't go on.
class LoopbackServer::Connection {
 public:
  Connection(LoopbackServer& server, int fd) : server_(server), fd_(fd) {}
  ~Connection() { Close(); }

  bool Do(const std::string& line);
  // After the last line: silence until the client closes.
  void Finish() {
    if (fd_ >= 0) ExpectEof();
  }

 private:
  bool Send(std::string_view bytes);
  // More input into buffer_; false at the end of the stream.
  bool Fill();
  std::optional<std::string> TakeLine();
  bool Take(const std::string& what);
  bool AnswerHttp(const std::string& count_and_status);
  bool Answer(const std::string& count_and_reply);
  bool SendLines(const std::string& size_and_length);
  bool TakeBytes(std::size_t size);
  bool TakeData();
  bool TakeHttp();
  bool Act(const std::string& what);
  bool ExpectEof();
  // `version` is "1.1", or whatever else for any.
  bool StartTls(bool expect_failure, const std::string& version);
  bool Retry(int result);
  void Close();
  bool Fail(const std::string& what) {
    if (!Stopping()) server_.Fail(what);
    return false;
  }
  bool Stopping() const {
    const std::lock_guard lock(server_.mutex_);
    return server_.stopping_;
  }
  void Keep(std::string text) {
    const std::lock_guard lock(server_.mutex_);
    server_.received_.push_back(std::move(text));
  }

  bool WaitReady(short events) const { return server_.WaitReady(fd_, events, server_.options_.patience); }

  LoopbackServer& server_;
  int fd_;
  SSL* ssl_ = nullptr;
  std::string buffer_;
};

}  // namespace e2e
