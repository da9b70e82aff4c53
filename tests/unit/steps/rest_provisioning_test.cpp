// Provisioning by the REST interface of Stalwart 0.15, against a scripted server.
#include "steps/provisioning.h"
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class RestProvisioningTest : public MailFixture {
 protected:
  static LoopbackServer::Script Answer(const std::string& body, int status = 200) {
    return {"C! http", fmt::format("S+ HTTP/1.1 {} X\\r\\nConnection: close\\r\\nContent-Length: {}\\r\\n\\r\\n{}",
                                   status, body.size(), body)};
  }
  // The server answers one request after another; the rest is not asked.
  Status ProvisionAt(const std::vector<std::pair<std::string, int>>& answers) {
    std::vector<LoopbackServer::Script> scripts;
    for (const auto& [body, status] : answers) scripts.push_back(Answer(body, status));
    LoopbackServer http({}, scripts);
    Serve("http", http);
    Status status = Provision(world_, Soon());
    received_ = http.received();
    return status;
  }
  static json BodyOf(const std::string& request) { return json::parse(request.substr(request.find("\n\n") + 2)); }

  const std::pair<std::string, int> made_{R"({"data": 7})", 200};
  std::vector<std::string> received_;
};

TEST_F(RestProvisioningTest, MakesDomainsAndAccountsAndSwitchesOffTheThrottles) {
  ASSERT_THAT(ProvisionAt({made_, made_, made_, made_, made_, made_}), Succeeds());
  ASSERT_EQ(received_.size(), 6u);
  for (int i : {0, 1, 2, 3})
    EXPECT_THAT(received_[static_cast<std::size_t>(i)], StartsWith("POST /api/principal HTTP/1.1"));
  EXPECT_THAT(received_[0], HasSubstr("Authorization: Basic "
                                      "YWRtaW46YWRtaW4tc2VjcmV0"));
  EXPECT_EQ(BodyOf(received_[0])["type"], "domain");
  EXPECT_EQ(BodyOf(received_[0])["name"], "example.org");
  EXPECT_EQ(BodyOf(received_[2])["name"], world_.accounts[1].Domain());
  const json account = BodyOf(received_[3]);
  EXPECT_EQ(account["type"], "individual");
  EXPECT_EQ(account["name"], "user2@example.org");
  EXPECT_EQ(account["secrets"], json::array({"pass-2"}));
  EXPECT_EQ(account["emails"], json::array({"user2@example.org"}));
  EXPECT_EQ(account["roles"], json::array({"user"}));
  EXPECT_THAT(received_[4], StartsWith("POST /api/settings HTTP/1.1"));
  EXPECT_EQ(BodyOf(received_[4])[0]["prefix"], "queue.limiter.inbound");
  EXPECT_THAT(received_[5], StartsWith("GET /api/reload HTTP/1.1"));
}

TEST_F(RestProvisioningTest, WhatExistsIsLeftAsItIs) {
  const std::pair<std::string, int> exists{R"({"error": "fieldAlreadyExists", "field": "name"})", 200};
  EXPECT_THAT(ProvisionAt({exists, exists, exists, exists, made_, made_}), Succeeds());
}

TEST_F(RestProvisioningTest, ARefusalWithStatus200IsSeen) {
  EXPECT_THAT(ProvisionAt({made_, {R"({"error": "notFound", "item": "example.org"})", 200}}),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("making individual user1@example.org was refused"), HasSubstr("notFound"))));
  EXPECT_THAT(ProvisionAt({made_, made_, made_, made_, {R"({"error": "other"})", 200}}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("switching off the throttles was refused")));
}

TEST_F(RestProvisioningTest, AnotherStatusCarriesTheServersWords) {
  EXPECT_THAT(
      ProvisionAt({{R"({"title": "Unauthorized"})", 401}}),
      FailsWith(ErrorKind::kExpectation, AllOf(HasSubstr("POST /api/principal as admin was answered with status 401"),
                                               HasSubstr("Unauthorized"))));
}

TEST_F(RestProvisioningTest, AnAnswerThatIsNotAnObjectIsNone) {
  EXPECT_THAT(ProvisionAt({{"<html>", 200}}), FailsWith(ErrorKind::kExpectation, HasSubstr("<html>")));
  EXPECT_THAT(ProvisionAt({{"[]", 200}}), FailsWith(ErrorKind::kExpectation, HasSubstr("status 200")));
}

TEST_F(RestProvisioningTest, AnErrorOfAnotherShapeIsARefusal) {
  EXPECT_THAT(ProvisionAt({{R"({"error": {"code": 5}})", 200}}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("making domain example.org")));
}

}  // namespace
}  // namespace e2e
