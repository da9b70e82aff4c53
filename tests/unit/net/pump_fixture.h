// PumpFixture: a feed out of lists, and scripts of SMTP sessions, for the tests of the pump.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "net/smtp_pump.h"
#include "support/loopback_server.h"
#include "support/net_fixture.h"
#include "support/outcome_matchers.h"

namespace e2e {

using testing::IsEmpty;
using testing::Not;

using Lines = std::vector<std::string>;

inline const Lines kHello = {"S: 220 mail", "C: EHLO client.example.net", "S: 250-mail", "S: 250 SIZE 1000"};
inline const Lines kPipelining = {"S: 220 mail", "C: EHLO client.example.net", "S: 250-mail", "S: 250 PIPELINING"};
inline const Lines kEnvelope = {
    "C: MAIL FROM:<a@example.org>*", "S: 250 ok", "C: RCPT TO:<b@example.org>", "S: 250 ok", "C: DATA", "S: 354 go"};
inline const Lines kMessage = {"C! data", "S: 250 queued as 1"};
inline const Lines kQuit = {"C: QUIT", "S: 221 bye"};
inline const Lines kLogin = {"C: EHLO *", "S: 250-mail", "S: 250 AUTH PLAIN", "C: AUTH PLAIN", "S: 334 ", "C: *"};

inline LoopbackServer::Script Dialogue(std::initializer_list<Lines> parts) {
  LoopbackServer::Script script({});
  for (const Lines& part : parts) script.lines.insert(script.lines.end(), part.begin(), part.end());
  return script;
}

// A list of plans, and messages for whatever session is ready.
class ListFeed : public PumpFeed {
 public:
  std::optional<PumpPlan> Open() override {
    if (plans.empty()) return std::nullopt;
    PumpPlan plan = plans.front();
    plans.pop_front();
    return plan;
  }
  Outcome<std::vector<PumpMessage>> Turn(const std::vector<PumpResult>& news,
                                         const std::vector<std::size_t>& ready) override {
    results.insert(results.end(), news.begin(), news.end());
    if (!news.empty() && broken) return *broken;
    std::vector<PumpMessage> given;
    while (given.size() < ready.size() && !texts.empty()) {
      given.push_back({std::to_string(begun++), {"a@example.org", {to}}, texts.front()});
      texts.pop_front();
    }
    return given;
  }
  Status Closed(std::size_t session, const std::optional<Error>& not_opened) override {
    closed.push_back(session);
    if (not_opened) why = *not_opened;
    return Status();
  }
  std::optional<TimePoint> Due() override { return std::nullopt; }
  void Wait(TimePoint) override { ADD_FAILURE() << "there is nothing to wait for"; }

  std::deque<PumpPlan> plans = {{.session = 1, .messages = 10}};
  std::deque<std::string> texts = {"Subject: x\r\n\r\nbody\r\n"};
  std::string to = "b@example.org";
  std::optional<Error> broken;
  int begun = 0;
  std::vector<PumpResult> results;
  std::vector<std::size_t> closed;
  std::optional<Error> why;
};

class PumpFixture : public NetFixture {
 protected:
  Status Pump(const LoopbackServer& server, Security security = Security::kPlain, std::size_t sessions = 1) {
    PumpOptions options{{server.At("mail.example.org"), security, trust_}, sessions, patience_};
    return SmtpPump(options, clock_, interrupt_, &transcript_).Run(feed_, Soon());
  }
  // What comes of the only message when the server goes on with these lines after its EHLO.
  SendResult ResultOf(const Lines& hello, std::initializer_list<Lines> parts) {
    feed_ = ListFeed();
    LoopbackServer::Script script = Dialogue(parts);
    script.lines.insert(script.lines.begin(), hello.begin(), hello.end());
    LoopbackServer server(script);
    EXPECT_THAT(Pump(server), Succeeds());
    EXPECT_THAT(feed_.closed, testing::ElementsAre(1u));
    return feed_.results.size() == 1 ? feed_.results.front().result : SendResult{.stage = "none or too many"};
  }
  // A session that was not opened, of which nothing may be begun.
  Error NotOpened(const LoopbackServer& server, Security security) {
    EXPECT_THAT(Pump(server, security), Succeeds());
    EXPECT_THAT(feed_.closed, testing::ElementsAre(1u));
    EXPECT_EQ(feed_.begun, 0);
    return feed_.why.value_or(Error(ErrorKind::kInternal, "it was opened"));
  }
  void LogIn() { feed_.plans.front().login = Credentials{"a@example.org", "secret"}; }

  const TestCertificate certificate_ = MakeTestCertificate({"DNS:mail.example.org"});
  TlsTrust trust_{certificate_.cert_pem};
  std::optional<Duration> patience_;
  ListFeed feed_;
};

}  // namespace e2e
