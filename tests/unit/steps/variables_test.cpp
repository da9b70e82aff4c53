#include "steps/variables.h"

#include "base/text.h"
#include "steps/ports.h"
#include "unit/steps/world_fixture.h"

namespace e2e {
namespace {

using testing::Contains;
using testing::HasSubstr;

class VariablesTest : public WorldFixture {};

TEST_F(VariablesTest, EveryFixedNameHasAValue) {
  world_.accounts.resize(4, {"u@example.org", "p"});
  world_.run_id = "run";
  for (const PortContract& port : kPortContracts)
    world_.endpoints[std::string(port.name)] = {"mail.example.org", "127.0.0.1", 2525};
  for (const std::string& name : FixedVariables()) EXPECT_THAT(ValueOf(world_, name), Succeeds()) << name;
  EXPECT_EQ(*ValueOf(world_, "run.id"), "run");
  EXPECT_EQ(*ValueOf(world_, "host.name"), "mail.example.org");
  EXPECT_EQ(*ValueOf(world_, "port.imap"), "2525");
  EXPECT_EQ(*ValueOf(world_, "user1.address"), "user1@example.org");
  EXPECT_EQ(*ValueOf(world_, "user2.domain"), "example.org");
  using namespace std::string_literals;
  EXPECT_EQ(*Base64Decode(*ValueOf(world_, "user1.base64-plain")), "\0user1@example.org\0pass-1"s);
  EXPECT_EQ(*Base64Decode(*ValueOf(world_, "user1.base64-basic")), "user1@example.org:pass-1");
}

TEST_F(VariablesTest, WhatNobodySavedProvesNothing) {
  world_.variables["id"] = "4Xy";
  EXPECT_EQ(*ValueOf(world_, "id"), "4Xy");
  EXPECT_THAT(ValueOf(world_, "other"), FailsWith(ErrorKind::kInconclusive, HasSubstr("\"other\"")));
}

TEST_F(VariablesTest, SecretsAreInEveryFormThatTextsCanHave) {
  const std::vector<std::string> secrets = SecretsOf(world_);
  for (const char* name :
       {"user1.password", "user1.base64-plain", "user1.base64-basic", "user2.base64-password", "admin.password"})
    EXPECT_THAT(secrets, Contains(*ValueOf(world_, name))) << name;
}

// Keeps what it was run with.
class Witness : public Step {
 public:
  void Fields(FieldVisitor& visitor) override {
    visitor.Text("text", text, {"a text"});
    visitor.Texts("list", list, {"texts"});
    visitor.Object("map", map, {"a map"});
  }
  Outcome<std::string> Run(World&, Deadline) override { return text + "|" + list.at(0) + "|" + map.dump(); }
  std::string text = "to ${user1.address}";
  std::vector<std::string> list = {"${id}"};
  nlohmann::json map = {{"${id}", {"${id}", 5}}};
};

TEST_F(VariablesTest, AStepRunsWithItsTextsReplacedAndKeepsThem) {
  Witness step;
  world_.variables["id"] = "one";
  EXPECT_EQ(*RunStep(step, world_, Soon()), "to user1@example.org|one|{\"one\":[\"one\",5]}");
  world_.variables["id"] = "two";
  EXPECT_EQ(*RunStep(step, world_, Soon()), "to user1@example.org|two|{\"two\":[\"two\",5]}");
  world_.variables["id"] = "pass-2, in words";
  EXPECT_EQ(*RunStep(step, world_, Soon()),
            "to user1@example.org|***, in words|{\"***, in words\":[\"***, in words\",5]}");
  world_.variables.clear();
  EXPECT_THAT(RunStep(step, world_, Soon()), FailsWith(ErrorKind::kInconclusive, HasSubstr("replacing ${id}")));
}

}  // namespace
}  // namespace e2e
