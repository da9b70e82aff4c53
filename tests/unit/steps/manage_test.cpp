// server.manage: the same change in the words of either management interface.
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class ManageTest : public MailFixture {
 protected:
  static LoopbackServer::Script Answer(const json& body) {
    const std::string text = body.dump();
    return {"C! http", fmt::format("S+ HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: {}\\r\\n\\r\\n{}",
                                   text.size(), text)};
  }
  // What the server is asked lands in asked_.
  Outcome<std::string> Manage(const std::vector<LoopbackServer::Script>& answers) {
    LoopbackServer http({}, answers);
    Serve("http", http);
    const auto done = Run(R"(server.manage:
      rest:
        - {path: /api/principal, body: '{"name": "${user1.address}"}'}
        - {method: GET, path: /api/reload}
      jmap:
        - {method: "x:Domain/set", arguments: {create: {d: {name: "${user1.address}"}}}})");
    asked_ = http.received();
    return done;
  }
  std::vector<std::string> asked_;
};

TEST_F(ManageTest, OneServerIsAskedByRest) {
  ASSERT_THAT(Manage({Answer({{"data", 1}}), Answer({{"data", nullptr}})}), Succeeds());
  ASSERT_EQ(asked_.size(), 2U);
  EXPECT_THAT(asked_[0],
              testing::AllOf(HasSubstr("POST /api/principal"), HasSubstr(R"({"name":"user1@example.org"})")));
  EXPECT_THAT(asked_[1], HasSubstr("GET /api/reload"));
}

TEST_F(ManageTest, ARefusalByRestHasStatus200) {
  EXPECT_THAT(
      Manage({Answer({{"error", "fieldMissing"}})}),
      FailsWith(ErrorKind::kExpectation, HasSubstr("POST /api/principal was refused: {\"error\":\"fieldMissing\"}")));
}

TEST_F(ManageTest, AnotherServerIsAskedByJmap) {
  world_.server = world_.servers.Of("v0.16");
  const json made = {"x:Domain/set", {{"created", {{"d", {{"id", "b"}}}}}}, "c0"};
  ASSERT_THAT(Manage({Answer({{"methodResponses", {made}}})}), Succeeds());
  EXPECT_THAT(asked_[0], testing::AllOf(HasSubstr("POST /jmap"), HasSubstr(R"({"name":"user1@example.org"})")));
  const json refused = {"x:Domain/set", {{"notCreated", {{"d", {{"type", "forbidden"}}}}}}, "c0"};
  EXPECT_THAT(Manage({Answer({{"methodResponses", {refused}}})}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("forbidden")));
}

}  // namespace
}  // namespace e2e
