// Provisioning by the JMAP management of Stalwart 0.16, against a scripted server.
#include "steps/provisioning.h"
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class JmapProvisioningTest : public MailFixture {
 protected:
  JmapProvisioningTest() {
    world_.server = world_.servers.Of("v0.16");
    world_.accounts = {{"user1@example.org", "one"}, {"user2@example.net", "two"}, {"user3@example.net", "three"}};
  }
  static json Response(const std::string& method, const json& arguments, const std::string& name) {
    return json::array({method, arguments, name});
  }
  static json Made(const json& domains = json::object(), const json& accounts = json::object()) {
    return json::array({Response("x:Domain/set", domains, "domains"), Response("x:Account/set", accounts, "accounts")});
  }
  static json Queries(const json& domains, const json& accounts) {
    return json::array({Response("x:Domain/query", {{"ids", domains}}, "domains"),
                        Response("x:Account/query", {{"ids", accounts}}, "accounts")});
  }
  static json Gets(const json& domains, const json& accounts) {
    return json::array({Response("x:Domain/get", {{"list", domains}}, "domains"),
                        Response("x:Account/get", {{"list", accounts}}, "accounts")});
  }
  static json Throttles(const json& ids) {
    return json::array({Response("x:MtaInboundThrottle/query", {{"ids", ids}}, "throttles")});
  }
  static json Off(const json& reload = json::object()) {
    return json::array({Response("x:MtaInboundThrottle/set", {{"updated", {{"t1", nullptr}}}}, "throttles"),
                        Response("x:Action/set", reload, "reload")});
  }
  Status ProvisionAt(const std::vector<json>& answers) {
    std::vector<LoopbackServer::Script> scripts;
    for (const json& answer : answers) {
      const std::string body = json{{"methodResponses", answer}, {"sessionState", "c"}}.dump();
      scripts.push_back({"C! http", fmt::format("S+ HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: {}"
                                                "\\r\\n\\r\\n{}",
                                                body.size(), body)});
    }
    LoopbackServer http({}, scripts);
    Serve("http", http);
    Status status = Provision(world_, Soon());
    received_ = http.received();
    return status;
  }
  // The calls of one request.
  json CallsOf(std::size_t request) const {
    const std::string& text = received_.at(request);
    return json::parse(text.substr(text.find("\n\n") + 2)).at("methodCalls");
  }

  const json taken_ = json::parse(R"({"notCreated": {"example-org": {"type": "primaryKeyViolation"}}})");
  std::vector<std::string> received_;
};

TEST_F(JmapProvisioningTest, MakesAllInOneRequestWithReferences) {
  ASSERT_THAT(ProvisionAt({Made(), Throttles({"t1", "t2"}), Off()}), Succeeds());
  ASSERT_EQ(received_.size(), 3u);
  EXPECT_THAT(received_[0], AllOf(StartsWith("POST /jmap HTTP/1.1"), HasSubstr("Content-Type: application/json"),
                                  HasSubstr("Authorization: Basic YWRtaW46YWRtaW4tc2VjcmV0"),
                                  HasSubstr(R"("using":["urn:ietf:params:jmap:core","urn:stalwart:jmap"])")));
  const json calls = CallsOf(0);
  EXPECT_EQ(calls[0], json::parse(R"(["x:Domain/set", {"create": {"example-org": {"name": "example.org"},
                                      "example-net": {"name": "example.net"}}}, "domains"])"));
  EXPECT_EQ(calls[1][1]["create"].size(), 3u);
  EXPECT_EQ(calls[1][1]["create"]["user2-example-net"],
            json::parse(R"({"@type": "User", "name": "user2", "domainId": "#example-net", "roles": {"@type": "User"},
                            "credentials": {"0": {"@type": "Password", "secret": "two"}}})"));
  EXPECT_EQ(CallsOf(2)[0], json::parse(R"(["x:MtaInboundThrottle/set",
                             {"update": {"t1": {"enable": false}, "t2": {"enable": false}}}, "throttles"])"));
  EXPECT_EQ(CallsOf(2)[1],
            json::parse(R"(["x:Action/set", {"create": {"reload": {"@type": "ReloadSettings"}}}, "reload"])"));
}

TEST_F(JmapProvisioningTest, WhatExistsIsLeftAsItIs) {
  const json domains = json::parse(R"([{"id": "b", "name": "example.org"}, {"id": "c", "name": "example.net"}])");
  const json accounts = json::parse(R"([{"id": "1", "name": "user1", "domainId": "b"},
    {"id": "2", "name": "user2", "domainId": "b"}, {"id": "3", "name": "user3", "domainId": "c"}])");
  const json rest = json::array({Response("x:Account/set", json::object(), "accounts")});
  ASSERT_THAT(ProvisionAt({Made(taken_), Queries({"b", "c"}, {"1", "2", "3"}), Gets(domains, accounts), rest,
                           Throttles(json::array())}),
              Succeeds());
  EXPECT_EQ(CallsOf(2)[0], json::parse(R"(["x:Domain/get", {"ids": ["b", "c"]}, "domains"])"));
  const json calls = CallsOf(3);
  ASSERT_EQ(calls.size(), 1u) << "no domain is missing";
  // user2 of another domain is another account.
  ASSERT_EQ(calls[0][1]["create"].size(), 1u);
  EXPECT_EQ(calls[0][1]["create"]["user2-example-net"]["domainId"], "c");
}

TEST_F(JmapProvisioningTest, NothingIsMadeWhereAllIsThere) {
  world_.accounts = {{"user1@example.org", "one"}};
  const json domains = json::parse(R"([{"id": "b", "name": "example.org"}])");
  const json accounts = json::parse(R"([{"id": "1", "name": "user1", "domainId": "b"}])");
  EXPECT_THAT(ProvisionAt({Made(taken_), Queries({"b"}, {"1"}), Gets(domains, accounts), Throttles(json::array())}),
              Succeeds());
}

TEST_F(JmapProvisioningTest, ARefusalInPartCarriesTheServersWords) {
  const json refused = json::parse(
      R"({"notCreated": {"example-org": {"type": "validationFailed", "description": "not a public suffix"}}})");
  const json nothing = json::array();
  EXPECT_THAT(ProvisionAt({Made(refused), Queries(nothing, nothing), Gets(nothing, nothing), Made(refused)}),
              FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("the making of domains of example-org was refused"),
                                                       HasSubstr("not a public suffix"))));
}

TEST_F(JmapProvisioningTest, ARefusalIsToldEvenWhereNothingCanBeLookedUp) {
  json queries = Queries(json::array(), json::array());
  queries[1] = Response("error", {{"type", "forbidden"}}, "accounts");
  EXPECT_THAT(ProvisionAt({Made(taken_), queries}),
              FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("primaryKeyViolation"), HasSubstr("forbidden"))));
}

TEST_F(JmapProvisioningTest, AnAnswerWithoutTheCallsIsARefusal) {
  EXPECT_THAT(ProvisionAt({json::array()}), FailsWith(ErrorKind::kExpectation, HasSubstr("x:Domain/set was refused")));
}

TEST_F(JmapProvisioningTest, ThrottlesThatStayOnAreTolerated) {
  const json offline = json::parse(R"({"notCreated": {"reload": {"type": "validationFailed"}}})");
  EXPECT_THAT(ProvisionAt({Made(), Throttles({"t1"}), Off(offline)}), Succeeds());
  const json forbidden = json::array({Response("error", {{"type", "forbidden"}}, "throttles")});
  EXPECT_THAT(ProvisionAt({Made(), forbidden}), Succeeds());
}

}  // namespace
}  // namespace e2e
