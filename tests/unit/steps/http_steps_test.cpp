// http.request and http.burst.
#include "steps/dialogue_line.h"
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class HttpStepsTest : public WorldFixture {
 protected:
  static LoopbackServer::Script Answer(const std::string& status, const std::string& body) {
    return {"C! http",
            "S: HTTP/1.1 " + status,
            "S: X-Server: one",
            "S: Content-Length: " + std::to_string(body.size()),
            "S: ",
            "S+ " + body};
  }
  Outcome<std::string> Ask(const std::string& step, const std::string& body, const std::string& status = "200 OK") {
    LoopbackServer http(Answer(status, body));
    Serve("http", http);
    auto outcome = Run(step);
    if (!http.received().empty()) request_ = http.received().front();
    return outcome;
  }
  std::string request_;
};

TEST_F(HttpStepsTest, ARequestSaysWhoAsksAndWhat) {
  world_.variables["thing"] = "principal";
  EXPECT_THAT(Ask("http.request:\n  method: POST\n  path: /api/${thing}\n  basic: 'admin:${admin.password}'\n"
                  "  headers: {Content-Type: application/json, X-Client: e2e}\n  body: '{}'\n  status: 201\n",
                  "", "201 Created"),
              Succeeds());
  EXPECT_THAT(request_, AllOf(HasSubstr("POST /api/principal HTTP/1.1"), HasSubstr("X-Client: e2e"),
                              HasSubstr("Content-Type: application/json\n"),
                              HasSubstr("Authorization: Basic YWRtaW46YWRtaW4tc2VjcmV0")));
}

TEST_F(HttpStepsTest, TheAnswerIsComparedLineByLine) {
  const std::string step = "http.request: {path: /x, ";
  EXPECT_THAT(Ask(step + "expect-all: ['x-server: one', '/^first/'], expect-none: [second], "
                         "capture: {name: blob, pattern: '/blob=([a-z0-9]+)/'}}",
                  "first, blob=a7"),
              Succeeds());
  EXPECT_EQ(world_.variables.at("blob"), "a7");
  EXPECT_THAT(Ask(step + "expect-all: ['x-server: two']}", "first"),
              FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("nothing in the answer matches \"x-server: two\""),
                                                       HasSubstr("x-server: one"))));
  EXPECT_THAT(Ask(step + "expect-none: ['fir*']}", "first"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("something in the answer matches \"fir*\"")));
  EXPECT_THAT(Ask(step + "status: 401}", "first"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("GET /x on port http: says 200, expected 401")));
  EXPECT_THAT(Ask(step + "statuses: ['200', '401']}", "first"), Succeeds());
  EXPECT_THAT(Ask(step + "statuses: ['401', '404']}", "first"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("says 200, expected 401 or 404")));
  EXPECT_THAT(Ask(step + "capture: {name: blob, pattern: '/nothing/'}}", "first"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("nothing in the answer matches /nothing/")));
}

TEST_F(HttpStepsTest, TheBodyIsComparedAsJsonAndByItsOctets) {
  const std::string json = R"({"status":200,"list":[{"name":"a"}]})";
  EXPECT_THAT(Ask("http.request: {path: /x, json: {status: 200, list: [{name: a}]}}", json), Succeeds());
  EXPECT_THAT(Ask("http.request: {path: /x, json: {status: 404}}", json),
              FailsWith(ErrorKind::kExpectation, HasSubstr("status: expected 404, is 200")));
  EXPECT_THAT(Ask("http.request: {path: /x, json: {status: 200}}", "no json"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("the body is no JSON")));
  EXPECT_THAT(Ask("http.request: {path: /x, returns: abc}", "abc"), Succeeds());
  EXPECT_THAT(Ask("http.request: {path: /x, returns: abc}", "abC"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("the body has 3 octets with SHA-256 ")));
  EXPECT_THAT(Ask("http.request: {path: /x, returns-size: 70}", Filler(70)), Succeeds());
  EXPECT_THAT(Ask("http.request: {method: POST, path: /x, body-size: 70}", "ok"), Succeeds());
  EXPECT_THAT(request_, HasSubstr(Filler(70)));
}

TEST_F(HttpStepsTest, ABurstNamesEveryStatusThatComes) {
  const auto burst = [&](const std::string& fields, const std::vector<std::string>& statuses) {
    LoopbackServer::Script script({});
    for (const std::string& status : statuses) {
      const auto answer = Answer(status, "");
      script.lines.insert(script.lines.end(), answer.lines.begin(), answer.lines.end());
    }
    LoopbackServer http(script);
    Serve("http", http);
    return Run("http.burst: {path: /healthz/live, count: 3, " + fields + "}");
  };
  const TimePoint start = clock_.Now();
  const auto note = burst("rate: 10", {"200 OK", "200 OK", "200 OK"});
  ASSERT_THAT(note, Succeeds());
  EXPECT_THAT(*note, HasSubstr("/healthz/live: 3 times 200"));
  EXPECT_EQ(clock_.Now() - start, Duration(300));
  EXPECT_THAT(burst("statuses: ['200', '429']", {"200 OK", "200 OK", "429 Too Many"}), Succeeds());
  EXPECT_THAT(burst("rate: 10", {"200 OK", "503 No", "200 OK"}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("said 2 times 200, 1 times 503; expected 200")));
  EXPECT_THAT(burst("statuses: ['200', '429']", {"200 OK", "200 OK", "200 OK"}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("expected 200 and 429")));
}

}  // namespace
}  // namespace e2e
