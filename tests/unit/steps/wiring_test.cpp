#include "steps/wiring.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "steps/ports.h"

namespace e2e {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WiringTest : public testing::Test {
 protected:
  // A release as the API gives it: every port leads to where the server listens, and its state is on a claim.
  WiringTest() {
    for (const PortContract& port : kPortContracts) {
      ports().push_back(
          {{"name", port.name}, {"port", 30000 + port.container_port}, {"targetPort", port.container_port}});
      container()["ports"].push_back({{"name", port.name}, {"containerPort", port.container_port}});
    }
    container()["volumeMounts"] = json::parse(R"([{"name": "config", "mountPath": "/etc/mail"},
                                                  {"name": "state", "mountPath": "/opt/stalwart"}])");
    pod()["volumes"] = json::parse(R"([{"name": "config", "emptyDir": {}},
                                       {"name": "state", "persistentVolumeClaim": {"claimName": "stalwart"}}])");
  }
  json& ports() { return service_["spec"]["ports"]; }
  json& pod() { return deployment_["spec"]["template"]["spec"]; }
  json& container() { return pod()["containers"][0]; }
  json& Port(std::size_t number) { return ports().at(number); }
  std::vector<std::string> Found() const { return FindMiswiring(service_, deployment_, profile_); }

  json service_;
  json deployment_;
  const ServerProfile profile_ = *FindProfile("stalwart-0.15");
};

TEST_F(WiringTest, AGoodReleaseGivesNothing) {
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(WiringTest, EachPortThatIsMissingIsNamed) {
  for (std::size_t i = 0; i < kPortContracts.size(); ++i) {
    const json all = ports();
    ports().erase(i);
    EXPECT_THAT(Found(), ElementsAre(fmt::format("the Service has no port {}", kPortContracts[i].name)));
    ports() = all;
  }
  ports().clear();
  EXPECT_EQ(Found().size(), kPortContracts.size());
}

TEST_F(WiringTest, EachPortThatLeadsElsewhereIsNamed) {
  for (std::size_t i = 0; i < kPortContracts.size(); ++i) {
    Port(i)["targetPort"] = 9;
    EXPECT_THAT(Found(), ElementsAre(fmt::format("port {} of the Service leads to port 9 of the container, the server "
                                                 "listens on {}",
                                                 kPortContracts[i].name, kPortContracts[i].container_port)));
    Port(i)["targetPort"] = kPortContracts[i].container_port;
  }
}

TEST_F(WiringTest, ANamedTargetIsLookedUpInTheContainer) {
  for (json& port : ports()) port["targetPort"] = port["name"];
  EXPECT_THAT(Found(), IsEmpty());
  Port(5)["targetPort"] = "imaps";
  EXPECT_THAT(Found(), ElementsAre(HasSubstr("port imap of the Service leads to port 993 of the container")));
  Port(5)["targetPort"] = "nobody";
  EXPECT_THAT(Found(), ElementsAre("port imap of the Service leads to no port of the container, the server listens "
                                   "on 143"));
  container().erase("ports");
  EXPECT_EQ(Found().size(), kPortContracts.size());
}

TEST_F(WiringTest, WithoutATargetThePortItselfIsIt) {
  Port(2).erase("targetPort");
  EXPECT_THAT(Found(), ElementsAre(HasSubstr("port smtp of the Service leads to port 30025 of the container")));
  Port(2)["port"] = 25;
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(WiringTest, AVolumeThatIsMountedElsewhereIsNamed) {
  container()["volumeMounts"][1]["mountPath"] = "/opt/stalwart-mail";
  EXPECT_THAT(Found(), ElementsAre("no volume is mounted at /opt/stalwart, where the server keeps its state; mounted: "
                                   "/etc/mail, /opt/stalwart-mail"));
  container().erase("volumeMounts");
  EXPECT_THAT(Found(), ElementsAre(HasSubstr("mounted: nothing")));
}

TEST_F(WiringTest, AVolumeThatEndsWithThePodIsNamed) {
  pod()["volumes"][1] = {{"name", "state"}, {"emptyDir", json::object()}};
  EXPECT_THAT(Found(), ElementsAre("the volume at /opt/stalwart is an emptyDir, which ends with the pod"));
}

TEST_F(WiringTest, AllDeparturesAreTold) {
  ports().erase(7);
  Port(0)["targetPort"] = 80;
  pod()["volumes"][1] = {{"name", "state"}, {"emptyDir", json::object()}};
  EXPECT_THAT(Found(), ElementsAre(HasSubstr("port http "), HasSubstr("no port sieve"), HasSubstr("emptyDir")));
}

TEST_F(WiringTest, BrokenObjectsAreToldAndNeverThrow) {
  const std::string broken = "the release's objects are not of the known form";
  EXPECT_THAT(FindMiswiring(service_, nullptr, profile_), ElementsAre("the Deployment has no container"));
  EXPECT_THAT(FindMiswiring(service_, json::array(), profile_), ElementsAre("the Deployment has no container"));
  EXPECT_EQ(FindMiswiring(nullptr, deployment_, profile_).size(), kPortContracts.size());
  Port(0)["name"] = 7;
  EXPECT_THAT(Found(), ElementsAre(broken));
  ports() = json::array({"http"});
  EXPECT_THAT(Found(), ElementsAre(broken));
  ports() = "http";
  EXPECT_EQ(Found().size(), kPortContracts.size());
  container() = "stalwart";
  EXPECT_THAT(Found(), testing::Not(IsEmpty()));
  pod()["containers"] = json::array();
  EXPECT_THAT(Found(), ElementsAre("the Deployment has no container"));
}

}  // namespace
}  // namespace e2e
