#include "steps/ports.h"

#include <gmock/gmock.h>

#include "cluster/port_map.h"

namespace e2e {
namespace {

using testing::ElementsAre;

TEST(Ports, AreTheEightOfTheService) {
  std::vector<std::string_view> names;
  for (const PortContract& port : kPortContracts) names.push_back(port.name);
  EXPECT_THAT(names, ElementsAre("http", "https", "smtp", "submission", "smtps", "imap", "imaps", "sieve"));
}

TEST(Ports, OnesThatBeginInClearUpgradeAndTheOthersAreTlsFromTheFirstOctet) {
  EXPECT_EQ(ContractOf("submission").protocol, Protocol::kSmtp);
  EXPECT_EQ(ContractOf("submission").security, Security::kStartTls);
  EXPECT_EQ(ContractOf("smtp").security, Security::kStartTls);
  EXPECT_EQ(ContractOf("smtps").security, Security::kImplicitTls);
  EXPECT_EQ(ContractOf("imap").protocol, Protocol::kImap);
  EXPECT_EQ(ContractOf("imap").security, Security::kStartTls);
  EXPECT_EQ(ContractOf("imaps").security, Security::kImplicitTls);
  EXPECT_EQ(ContractOf("sieve").protocol, Protocol::kSieve);
  EXPECT_EQ(ContractOf("sieve").security, Security::kStartTls);
  EXPECT_EQ(ContractOf("http").security, Security::kPlain);
  EXPECT_EQ(ContractOf("https").security, Security::kImplicitTls);
}

TEST(Ports, EachIsMappedToTheHost) {
  const auto lanes = PortMap::Allocate(1);
  ASSERT_TRUE(lanes) << lanes.error().Render();
  std::size_t mapped = 0;
  for (const PortMapping& mapping : lanes->front().mappings()) {
    EXPECT_EQ(ContractOf(mapping.name).name, mapping.name);
    ++mapped;
  }
  EXPECT_EQ(mapped, kPortContracts.size());
}

}  // namespace
}  // namespace e2e
