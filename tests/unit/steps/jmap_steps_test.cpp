// jmap.session and jmap.call.
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class JmapStepsTest : public WorldFixture {
 protected:
  void SetUp() override { world_.server = &*servers_.standin; }
  Outcome<std::string> Ask(const std::string& step, const std::string& answer, const std::string& status = "200 OK") {
    LoopbackServer http({"C! http", "S: HTTP/1.1 " + status, "S: Content-Length: " + std::to_string(answer.size()),
                         "S: ", "S+ " + answer});
    Serve("http", http);
    auto outcome = Run(step);
    if (!http.received().empty()) request_ = http.received().front();
    return outcome;
  }
  std::string request_;
};

TEST_F(JmapStepsTest, SessionSavesTheAccount) {
  const std::string session =
      R"({"capabilities":{"urn:ietf:params:jmap:core":{}},"accounts":{"b":{}},"apiUrl":"/jmap"})";
  EXPECT_THAT(Ask("jmap.session: {capabilities: ['urn:ietf:params:jmap:core'], save: account}", session), Succeeds());
  EXPECT_THAT(request_, HasSubstr("GET /jmap/session "));
  EXPECT_EQ(world_.variables.at("account"), "b");
  EXPECT_THAT(Ask("jmap.session: {capabilities: ['urn:x']}", session),
              FailsWith(ErrorKind::kExpectation, HasSubstr("does not name the capability urn:x")));
  EXPECT_THAT(Ask("jmap.session: {}", R"({"accounts":{}})"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("lacks accounts")));
  EXPECT_THAT(Ask("jmap.session: {}", "{}", "401 Unauthorized"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("status 401")));
}

TEST_F(JmapStepsTest, AServerWithoutJmapProvesNothing) {
  world_.server = &servers_.main;
  EXPECT_THAT(Run("jmap.session: {}"), FailsWith(ErrorKind::kInconclusive, HasSubstr("reference has no JMAP")));
}

TEST_F(JmapStepsTest, CallsKeepTheirOrderAndTakeValues) {
  world_.variables["account"] = "b";
  const std::string answer =
      R"({"methodResponses":[["Mailbox/get",{"list":[{"name":"Inbox","id":"a"}]},"c0"],["error",{"type":"unknownMethod"},"last"]]})";
  EXPECT_THAT(Ask("jmap.call:\n  calls:\n"
                  "    - {method: Mailbox/get, arguments: {accountId: '${account}'}, expect: {list: [{name: Inbox}]}}\n"
                  "    - {method: No/such, id: last, name: error, expect: {type: unknownMethod}}\n",
                  answer),
              Succeeds());
  EXPECT_THAT(request_, HasSubstr(R"("methodCalls":[["Mailbox/get",{"accountId":"b"},"c0"],["No/such",{},"last"]])"));
}

TEST_F(JmapStepsTest, CapturesTextsOfAResponse) {
  const std::string call = "jmap.call:\n  calls:\n    - {method: Email/query, capture: {name: first, path: /ids/0}}\n";
  EXPECT_THAT(Ask(call, R"({"methodResponses":[["Email/query",{"ids":["e1","e2"]},"c0"]]})"), Succeeds());
  EXPECT_EQ(world_.variables.at("first"), "e1");
  EXPECT_THAT(Ask(call, R"({"methodResponses":[["Email/query",{"ids":[]},"c0"]]})"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("the response has no text at /ids/0")));
}

TEST_F(JmapStepsTest, TellsWhichResponseIsWrongAndHow) {
  const std::string call = "jmap.call:\n  calls:\n    - {method: Mailbox/get, expect: {total: 2}}\n";
  EXPECT_THAT(
      Ask(call, R"({"methodResponses":[["Mailbox/get",{"total":1},"c0"]]})"),
      FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("step.yaml:3:7"), HasSubstr("total: expected 2, is 1"))));
  EXPECT_THAT(Ask(call, R"({"methodResponses":[["error",{"type":"forbidden"},"c0"]]})"),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("expected the response Mailbox/get, came error"), HasSubstr("forbidden"))));
  EXPECT_THAT(Ask(call, R"({"methodResponses":[]})"),
              FailsWith(ErrorKind::kExpectation, HasSubstr("c0 was not answered")));
}

}  // namespace
}  // namespace e2e
