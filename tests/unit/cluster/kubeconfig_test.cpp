#include "cluster/kubeconfig.h"

#include <gmock/gmock.h>

#include "base/text.h"
#include "support/outcome_matchers.h"
#include "support/temp_dir.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string Config(const std::string& server, const std::string& ca) {
  return "apiVersion: v1\nkind: Config\nclusters:\n- cluster:\n    certificate-authority-data: " + ca +
         "\n    server: " + server +
         "\n  name: kind-x\nusers:\n- name: kind-x\n  user:\n    client-certificate-data: " + Base64Encode("CERT") +
         "\n    client-key-data: " + Base64Encode("KEY") + "\n";
}

TEST(Kubeconfig, ReadsWhatKindWrites) {
  TempDir folder;
  const auto config =
      Kubeconfig::Read(folder.Write("kubeconfig", Config("https://127.0.0.1:34567", Base64Encode("CA"))));
  ASSERT_THAT(config, Succeeds());
  EXPECT_EQ(config->server.address, "127.0.0.1");
  EXPECT_EQ(config->server.host, "127.0.0.1");
  EXPECT_EQ(config->server.port, 34567);
  EXPECT_EQ(config->ca_pem, "CA");
  EXPECT_EQ(config->client.cert_pem, "CERT");
  EXPECT_EQ(config->client.key_pem, "KEY");
}

TEST(Kubeconfig, SaysWhatIsMissingAndWhere) {
  TempDir folder;
  EXPECT_THAT(Kubeconfig::Read(folder.Write("a", "apiVersion: v1\nclusters: []\n")),
              FailsWith(ErrorKind::kInfra, AllOf(HasSubstr("clusters[0].cluster.server"), HasSubstr("/a"))));
  EXPECT_THAT(Kubeconfig::Read(folder.Write("b", Config("https://127.0.0.1:34567", "abc"))),
              FailsWith(ErrorKind::kInfra, HasSubstr("not base64")));
  EXPECT_THAT(Kubeconfig::Read(folder.Write("c", Config("http://127.0.0.1", Base64Encode("CA")))),
              FailsWith(ErrorKind::kInfra, HasSubstr("https://ADDRESS:PORT")));
  EXPECT_THAT(Kubeconfig::Read(folder / "none"), FailsWith(ErrorKind::kInfra, HasSubstr("none")));
}

}  // namespace
}  // namespace e2e
