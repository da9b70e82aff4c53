// LoopbackServer: a scripted peer on 127.0.0.1 for the tests of the protocol clients.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "net/endpoint.h"
#include "support/test_certificate.h"

namespace e2e {

struct LoopbackOptions {
  TestCertificate certificate;
  // Not empty: clients have to present a certificate issued by it.
  std::string client_ca_pem;
  // A client that says nothing for so long, where its script has it speak, is cut off. Default: it is waited for.
  std::chrono::milliseconds patience{0};
  // Connections may be open at the same time. Default: the next one waits for the end of the one before.
  bool parallel = false;
};

// Connections are served in the order in which they come, each by its own script, line by line:
//   S: text       sends the text and CRLF
//   S+ text       sends the text as it is, with the escapes \r \n \\ \0 \xHH: half replies, pipelined bytes
//   S! lines N L  sends N octets in lines of L, each with its CRLF: "x" and nothing else
//   C: glob       expects a line that matches the glob
//   C! data       takes lines up to a lone dot
//   C! bytes N    takes exactly N bytes
//   C! answer N R takes N lines, and answers each with the line R
//   C! http       takes the head and the counted body of an HTTP request
//   C! http N S   takes N of them, and answers each with the status S and no body
//   C! anything   takes whatever comes until the client closes
//   C! eof        expects that the client closes
//   S! tls        makes the server's side of a TLS handshake
//   S! tls 1.1    the same in that version alone
//   S! tls-fails  where the client is expected to give up, or "S! tls-fails 1.1"
//   S! wait NAME  goes on after Release("NAME"), or another script's S! release NAME
//   S! close      closes in order; S! reset closes with RST
// At the end of a script the client is expected to be silent and is left connected until it closes. After the last
// script connections are refused: one that waited for an answer would hang, as most tests' time stands still.
// Anything unexpected, and whatever is left of the scripts, fails the test when the server is destroyed.
class LoopbackServer {
 public:
  struct Script {
    Script(std::initializer_list<std::string> script) : lines(script) {}
    std::vector<std::string> lines;
  };
  using Options = LoopbackOptions;

  explicit LoopbackServer(Script connection, Options options = Options{})
      : LoopbackServer(std::move(options), std::vector{std::move(connection)}) {}
  LoopbackServer(Options options, std::vector<Script> connections);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::uint16_t port() const { return port_; }
  Endpoint At(std::string host) const { return {std::move(host), "127.0.0.1", port_}; }
  void Release(const std::string& name);
  // Blocks until the server has come to "S! wait NAME".
  void AwaitReached(const std::string& name);
  // What the "C!" lines took, in order.
  std::vector<std::string> received() const;
  // Ends it before its destruction, so that TakeFailures() has all of them.
  void Stop();
  // Hides what would fail the test, where failures are expected.
  std::vector<std::string> TakeFailures();

 private:
  class Connection;

  void Serve();
  void ServeOne(std::size_t number, int fd);
  void Fail(const std::string& what);
  bool WaitFor(const std::string& name);
  // False when the server is being destroyed, or after `patience` (0: without end).
  bool WaitReady(int fd, short events, std::chrono::milliseconds patience) const;

  const std::vector<Script> scripts_;
  const Options options_;
  int listener_ = -1;
  int stop_fd_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::set<std::string> released_;
  std::set<std::string> reached_;
  std::vector<std::string> received_;
  std::vector<std::string> failures_;
  std::thread thread_;
};

}  // namespace e2e
