// Greetings of every protocol, and the endpoint steps that clients of the Service stand for.
#include "steps/greeting.h"

#include "support/mode_server.h"
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string HttpAnswer(int status, const std::string& body = "") {
  return fmt::format("S+ HTTP/1.1 {} X\\r\\nConnection: close\\r\\nContent-Length: {}\\r\\n\\r\\n{}", status,
                     body.size(), body);
}

class GreetingTest : public MailFixture {
 protected:
  Outcome<std::string> Greet(const std::string& port, const LoopbackServer::Script& script) {
    LoopbackServer server(script, Tls());
    Serve(port, server);
    return ReadGreeting(world_, ContractOf(port), Soon());
  }
};

TEST_F(GreetingTest, EachProtocolIsKnownByItsFirstLine) {
  EXPECT_EQ(*Greet("smtp", {"S: 220 mail ESMTP"}), "220 mail ESMTP");
  EXPECT_EQ(*Greet("smtps", {"S! tls", "S: 220 mail ESMTP"}), "220 mail ESMTP");
  EXPECT_EQ(*Greet("imap", {"S: * OK ready"}), "* OK ready");
  EXPECT_EQ(*Greet("imaps", {"S! tls", "S: * OK ready"}), "* OK ready");
  EXPECT_EQ(*Greet("sieve", {"S: \"IMPLEMENTATION\" \"x\"", "S: \"STARTTLS\"", "S: OK \"hi\""}),
            "\"IMPLEMENTATION\" \"x\"");
  EXPECT_EQ(*Greet("http", {"C! http", HttpAnswer(200)}), "HTTP 200");
  EXPECT_EQ(*Greet("https", {"S! tls", "C! http", HttpAnswer(200)}), "HTTP 200");
}

TEST_F(GreetingTest, AnotherProtocolIsTold) {
  EXPECT_THAT(Greet("submission", {"S: * OK ready"}),
              FailsWith(ErrorKind::kExpectation,
                        "port submission does not speak its protocol: expected \"220 …\", got \"* OK ready\""));
  EXPECT_THAT(Greet("smtp", {"S: 554 no service"}), FailsWith(ErrorKind::kExpectation, HasSubstr("554 no service")));
  EXPECT_THAT(Greet("imap", {"S: * BYE busy"}), FailsWith(ErrorKind::kExpectation, HasSubstr("* BYE busy")));
  EXPECT_THAT(Greet("sieve", {"S: \"SASL\" \"\"", "S: 220 hm"}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("220 hm")));
  EXPECT_THAT(Greet("http", {"C! http", HttpAnswer(503)}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("status 200 on /healthz/live, got \"503\"")));
}

TEST_F(GreetingTest, AConnectionWithoutAWordIsNoGreeting) {
  EXPECT_THAT(Greet("smtp", {"S! close"}), FailsWith(ErrorKind::kTransport, HasSubstr("greeting of port smtp")));
  EXPECT_THAT(Greet("imaps", {"S! close"}), FailsWith(ErrorKind::kTransport, HasSubstr("dialling port imaps")));
}

TEST_F(GreetingTest, GreetChecksEveryPortThatIsNamed) {
  LoopbackServer smtp({"S: 220 mail"}), imap({"S: * OK hi"});
  Serve("smtp", smtp);
  Serve("imap", imap);
  const auto note = Run("endpoints.greet: {ports: [smtp, imap]}");
  ASSERT_THAT(note, Succeeds());
  EXPECT_EQ(*note, "2 ports greet with their own protocol");
}

TEST_F(GreetingTest, HttpRequestComparesTheStatus) {
  const auto get = [&](const std::string& step, int status) {
    LoopbackServer http({"C! http", HttpAnswer(status, "why not")});
    Serve("http", http);
    const auto note = Run(step);
    EXPECT_THAT(http.received().at(0), HasSubstr("GET /healthz/ready HTTP/1.1"));
    return note;
  };
  EXPECT_THAT(get("http.request: {path: /healthz/ready}", 200), Succeeds());
  EXPECT_THAT(get("http.request: {path: /healthz/ready, status: 503}", 503), Succeeds());
  EXPECT_THAT(
      get("http.request: {path: /healthz/ready}", 503),
      FailsWith(ErrorKind::kExpectation,
                AllOf(HasSubstr("GET /healthz/ready on port http: says 503, expected 200"), HasSubstr("why not"))));
}

TEST_F(GreetingTest, WaitsUntilAPortIsClosed) {
  const auto wait = [&](std::vector<ModeServer::Mode> modes, const std::string& within) {
    const ModeServer server(std::move(modes));
    world_.endpoints["smtp"] = {"mail.example.org", "127.0.0.1", server.port()};
    return Run("wait.closed: {port: smtp, within: " + within + "}");
  };
  using Mode = ModeServer::Mode;
  EXPECT_THAT(wait({Mode::kGreet, Mode::kGreet, Mode::kClose}, "1m"), Succeeds());
  EXPECT_THAT(wait({Mode::kGreet}, "2s"),
              FailsWith(ErrorKind::kTimeout, HasSubstr("port smtp still greets: 220 mail")));
  // Something answers, though nothing that it should.
  EXPECT_THAT(wait({Mode::kOther}, "2s"), FailsWith(ErrorKind::kExpectation, HasSubstr("421 away")));
}

TEST_F(GreetingTest, SubmissionMustRefuseALoginInClearForGood) {
  const auto answer = [&](const std::string& reply) {
    LoopbackServer server(
        {"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 STARTTLS", "C: AUTH PLAIN *", "S: " + reply});
    Serve("submission", server);
    return Run("endpoints.no-clear-login: {port: submission}");
  };
  EXPECT_THAT(answer("538 encryption needed"), Succeeds());
  EXPECT_THAT(answer("235 welcome"), FailsWith(ErrorKind::kExpectation, HasSubstr("235 welcome")));
  EXPECT_THAT(answer("334 go on"), FailsWith(ErrorKind::kExpectation, HasSubstr("334 go on")));
  EXPECT_THAT(answer("454 later"), FailsWith(ErrorKind::kExpectation, HasSubstr("454 later")));
}

TEST_F(GreetingTest, ImapMustRefuseALoginInClear) {
  const auto answer = [&](const std::string& reply) {
    LoopbackServer server({"S: * OK [CAPABILITY IMAP4rev1 STARTTLS] hi", "C: A1 LOGIN *", "S: " + reply});
    Serve("imap", server);
    return Run("endpoints.no-clear-login: {port: imap}");
  };
  EXPECT_THAT(answer("A1 NO [PRIVACYREQUIRED] use TLS"), Succeeds());
  EXPECT_THAT(answer("A1 OK [CAPABILITY IMAP4rev1] in"),
              FailsWith(ErrorKind::kExpectation, "LOGIN was accepted without TLS"));
  LoopbackServer gone({"S: * OK [CAPABILITY IMAP4rev1] hi", "C: A1 LOGIN *", "S! close"});
  Serve("imap", gone);
  EXPECT_THAT(Run("endpoints.no-clear-login: {port: imap}"), FailsWith(ErrorKind::kTransport, testing::_));
}

TEST(GreetingPatienceTest, GrowsWithEachSilenceInARowAndHasALimit) {
  const Error silence(ErrorKind::kTimeout, "timed out"), closed(ErrorKind::kTransport, "closed");
  GreetingPatience patience;
  std::vector<Duration::rep> ms;
  for (int i = 0; i < 40; ++i) {
    ms.push_back(patience.Next().count());
    patience.Failed(silence, true);
  }
  EXPECT_THAT(std::vector(ms.begin(), ms.begin() + 6), testing::ElementsAre(300, 600, 1200, 2400, 3000, 3000));
  EXPECT_EQ(ms.back(), 3000);
  patience.Failed(closed, true);
  EXPECT_EQ(patience.Next(), Duration(300));
}

TEST(GreetingPatienceTest, StaysSmallWhileNoPodIsReady) {
  const Error silence(ErrorKind::kTimeout, "timed out");
  GreetingPatience patience;
  patience.Failed(silence, false);
  EXPECT_EQ(patience.Next(), Duration(300));
  patience.Failed(silence, true);
  EXPECT_EQ(patience.Next(), Duration(600));
  patience.Failed(silence, false);
  EXPECT_EQ(patience.Next(), Duration(300));
}

}  // namespace
}  // namespace e2e
