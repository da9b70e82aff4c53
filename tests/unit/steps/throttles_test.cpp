// server.throttles-off: at once where the server hears it, and by another start where it does not.
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class ThrottlesOffTest : public MailFixture {
 protected:
  static LoopbackServer::Script Answer(const json& body) {
    const std::string text = body.dump();
    return {"C! http", fmt::format("S+ HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: {}\\r\\n\\r\\n{}",
                                   text.size(), text)};
  }
  // The server answers a query of the throttles, their change, and a reload.
  Outcome<std::string> OffByJmap(const json& reload) {
    world_.server = world_.servers.Of("v0.16");
    const json throttles = json::array({"x:MtaInboundThrottle/query", {{"ids", {"t1"}}}, "throttles"});
    const json changed = json::array({"x:MtaInboundThrottle/set", {{"updated", {{"t1", nullptr}}}}, "throttles"});
    LoopbackServer http({},
                        {Answer({{"methodResponses", {throttles}}}),
                         Answer({{"methodResponses", {changed, json::array({"x:Action/set", reload, "reload"})}}})});
    Serve("http", http);
    return Run("server.throttles-off: {}");
  }
};

TEST_F(ThrottlesOffTest, AServerThatReloadsGoesOn) {
  LoopbackServer http({}, {Answer({{"data", nullptr}}), Answer({{"data", nullptr}})});
  Serve("http", http);
  EXPECT_THAT(Run("server.throttles-off: {}"), Succeeds());
  EXPECT_THAT(OffByJmap({{"created", {{"reload", nullptr}}}}), Succeeds());
}

TEST_F(ThrottlesOffTest, AServerThatCannotReloadIsStartedAnew) {
  kube_.Expect(kPods, 200, ListOf({}));
  EXPECT_THAT(OffByJmap({{"notCreated", {{"reload", {{"type", "validationFailed"}}}}}}),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("there are 0")));
}

TEST_F(ThrottlesOffTest, AThrottleThatCannotBeChangedIsTold) {
  world_.server = world_.servers.Of("v0.16");
  const json forbidden = json::array({"error", {{"type", "forbidden"}}, "throttles"});
  LoopbackServer http({}, {Answer({{"methodResponses", {forbidden}}})});
  Serve("http", http);
  EXPECT_THAT(Run("server.throttles-off: {}"), FailsWith(ErrorKind::kExpectation, HasSubstr("forbidden")));
}

}  // namespace
}  // namespace e2e
