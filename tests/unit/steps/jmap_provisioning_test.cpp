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
  static json Queries(const json& domains, const json& accounts, const json& throttles) {
    return json::array({Response("x:Domain/query", {{"ids", domains}}, "domains"),
                        Response("x:Account/query", {{"ids", accounts}}, "accounts"),
                        Response("x:MtaInboundThrottle/query", {{"ids", throttles}}, "throttles")});
  }
  static json Gets(const json& domains, const json& accounts) {
    return json::array({Response("x:Domain/get", {{"list", domains}}, "domains"),
                        Response("x:Account/get", {{"list", accounts}}, "accounts")});
  }
  static json Sets(const json& domains = json::object(), const json& reload = json::object()) {
    return json::array({Response("x:Domain/set", domains, "domains"),
                        Response("x:Account/set", json::object(), "accounts"),
                        Response("x:MtaInboundThrottle/set", {{"updated", {{"t1", nullptr}}}}, "throttles"),
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

  const json none_ = json::array();
  std::vector<std::string> received_;
};

TEST_F(JmapProvisioningTest, MakesWhatIsMissingInOneRequestWithReferences) {
  ASSERT_THAT(ProvisionAt({Queries(none_, none_, {"t1", "t2"}), Gets(none_, none_), Sets()}), Succeeds());
  ASSERT_EQ(received_.size(), 3u);
  EXPECT_THAT(received_[0], AllOf(StartsWith("POST /jmap HTTP/1.1"), HasSubstr("Content-Type: application/json"),
                                  HasSubstr("Authorization: Basic YWRtaW46YWRtaW4tc2VjcmV0"),
                                  HasSubstr(R"("using":["urn:ietf:params:jmap:core","urn:stalwart:jmap"])")));
  const json calls = CallsOf(2);
  EXPECT_EQ(calls[0], json::parse(R"(["x:Domain/set", {"create": {"example-org": {"name": "example.org"},
                                      "example-net": {"name": "example.net"}}}, "domains"])"));
  EXPECT_EQ(calls[1][1]["create"].size(), 3u);
  EXPECT_EQ(calls[1][1]["create"]["user2-example-net"],
            json::parse(R"({"@type": "User", "name": "user2", "domainId": "#example-net", "roles": {"@type": "User"},
                            "credentials": {"0": {"@type": "Password", "secret": "two"}}})"));
  EXPECT_EQ(calls[2], json::parse(R"(["x:MtaInboundThrottle/set",
                        {"update": {"t1": {"enable": false}, "t2": {"enable": false}}}, "throttles"])"));
  EXPECT_EQ(calls[3],
            json::parse(R"(["x:Action/set", {"create": {"reload": {"@type": "ReloadSettings"}}}, "reload"])"));
}

TEST_F(JmapProvisioningTest, WhatExistsIsLeftAsItIs) {
  const json domains = json::parse(R"([{"id": "b", "name": "example.org"}, {"id": "c", "name": "example.net"}])");
  const json accounts = json::parse(R"([{"id": "1", "name": "user1", "domainId": "b"},
    {"id": "2", "name": "user2", "domainId": "b"}, {"id": "3", "name": "user3", "domainId": "c"}])");
  const json sets = json::array(
      {Response("x:Account/set", json::object(), "accounts"), Response("x:Action/set", json::object(), "reload")});
  ASSERT_THAT(ProvisionAt({Queries({"b", "c"}, {"1", "2", "3"}, none_), Gets(domains, accounts), sets}), Succeeds());
  EXPECT_EQ(CallsOf(1)[0], json::parse(R"(["x:Domain/get", {"ids": ["b", "c"]}, "domains"])"));
  const json calls = CallsOf(2);
  ASSERT_EQ(calls.size(), 2u) << "no domain is missing, and there is no throttle";
  // user2 of another domain is another account.
  ASSERT_EQ(calls[0][1]["create"].size(), 1u);
  EXPECT_EQ(calls[0][1]["create"]["user2-example-net"]["domainId"], "c");
}

TEST_F(JmapProvisioningTest, WhatAnotherOneMadeMeanwhileIsNoFailure) {
  const json taken = json::parse(R"({"notCreated": {"example-org": {"type": "primaryKeyViolation"}}})");
  EXPECT_THAT(ProvisionAt({Queries(none_, none_, {"t1"}), Gets(none_, none_), Sets(taken)}), Succeeds());
}

TEST_F(JmapProvisioningTest, ARefusalInPartCarriesTheServersWords) {
  const json refused = json::parse(
      R"({"notCreated": {"example-org": {"type": "validationFailed", "description": "not a public suffix"}}})");
  EXPECT_THAT(ProvisionAt({Queries(none_, none_, {"t1"}), Gets(none_, none_), Sets(refused)}),
              FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("the making of domains of example-org was refused"),
                                                       HasSubstr("not a public suffix"))));
}

TEST_F(JmapProvisioningTest, AMethodThatFailsAsAWholeIsARefusal) {
  json queries = Queries(none_, none_, none_);
  queries[1] = Response("error", {{"type", "forbidden"}}, "accounts");
  EXPECT_THAT(ProvisionAt({queries}), FailsWith(ErrorKind::kExpectation, HasSubstr("forbidden")));
  EXPECT_THAT(ProvisionAt({json::array()}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("x:Domain/query was refused")));
}

TEST_F(JmapProvisioningTest, SettingsThatAreTakenOverLaterAreTolerated) {
  const json offline = json::parse(R"({"notCreated": {"reload": {"type": "validationFailed"}}})");
  EXPECT_THAT(ProvisionAt({Queries(none_, none_, {"t1"}), Gets(none_, none_), Sets(json::object(), offline)}),
              Succeeds());
}

}  // namespace
}  // namespace e2e
