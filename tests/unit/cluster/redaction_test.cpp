#include "cluster/redaction.h"

#include <gmock/gmock.h>

namespace e2e {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(RedactUnknown, LeavesWhatHoldsNoSecret) {
  for (const char* text :
       {"", "\n", "a\n\nb\n", "password: \"\"\n", "existingSecret: mail-admin\n", "passwordKey: admin-password\n",
        "automountServiceAccountToken: false\n", "secretName: tls\n", "password: \"%{env:ADMIN_SECRET}%\"\n",
        "  secretKeyRef:\n    name: x\n    key: admin-password\n", "the password was wrong\n", "kind: Secret\n",
        "get https://127.0.0.1:8080/a@b\n", "- name: HOME\n  value: /opt\n"}) {
    EXPECT_EQ(RedactUnknown(text), text);
  }
}

TEST(RedactUnknown, TakesTheValueOfANameThatASecretHas) {
  EXPECT_EQ(RedactUnknown("password: hunter2"), "password: ***");
  EXPECT_EQ(RedactUnknown("{\"adminPassword\": \"hun ter2\", \"user\": \"a\"}"),
            "{\"adminPassword\": \"***\", \"user\": \"a\"}");
  EXPECT_EQ(RedactUnknown("  - --api-token=hunter2 -v"), "  - --api-token=*** -v");
  EXPECT_EQ(RedactUnknown("{\\\"DB_PASSWORD\\\":\\\"hunter2\\\"}"), "{\\\"DB_PASSWORD\\\":\\\"***\\\"}");
  EXPECT_EQ(RedactUnknown("password: |\n  hunter2\n\n  more\nnext: x\n"), "password: |\n  ***\nnext: x\n");
}

TEST(RedactUnknown, TakesTheValueOfAnEntryWithSuchAName) {
  EXPECT_EQ(RedactUnknown("- name: ADMIN_PASSWORD\n  value: hunter2\n- name: HOME\n  value: /opt\n"),
            "- name: ADMIN_PASSWORD\n  value: ***\n- name: HOME\n  value: /opt\n");
  EXPECT_EQ(RedactUnknown("  \"name\": \"API_TOKEN\",\n  \"value\": \"hunter2\"\n"),
            "  \"name\": \"API_TOKEN\",\n  \"value\": \"***\"\n");
}

TEST(RedactUnknown, TakesTheDataOfSecretsAlone) {
  EXPECT_EQ(
      RedactUnknown("---\nkind: Secret\ndata:\n  a: aHVudGVyMg==\nstringData:\n  b: |\n    hunter2\ntype: Opaque\n"
                    "---\nkind: ConfigMap\ndata:\n  a: open\n"),
      "---\nkind: Secret\ndata:\n  a: ***\nstringData:\n  b: |\n    ***\ntype: Opaque\n"
      "---\nkind: ConfigMap\ndata:\n  a: open\n");
}

TEST(RedactUnknown, TakesCredentials) {
  EXPECT_EQ(RedactUnknown("> Authorization: Basic aHVudGVyMg==\n"), "> Authorization: Basic ***\n");
  EXPECT_EQ(RedactUnknown("sent bearer hunter2, then"), "sent bearer ***, then");
  EXPECT_EQ(RedactUnknown("dsn postgres://u:hunter2@db/x"), "dsn postgres://u:***@db/x");
}

TEST(RedactUnknown, TakesPrivateKeys) {
  EXPECT_EQ(RedactUnknown("-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----\nnext\n"),
            "-----BEGIN EC PRIVATE KEY-----***\nnext\n");
  EXPECT_EQ(RedactUnknown("\"-----BEGIN PRIVATE KEY-----\\nhunter2\\n-----END PRIVATE KEY-----\""),
            "\"-----BEGIN PRIVATE KEY-----***-----END PRIVATE KEY-----\"");
}

TEST(RedactUnknown, AnyTextComesToAnEnd) {
  for (const char* text : {"password", "password:", "password=", "password: \"", "://", "bearer ", ":", "\"\":", "---",
                           "-----BEGIN PRIVATE KEY-----", "kind: Secret\ndata:\n  a: |", "password:\n  - hunter2"}) {
    EXPECT_THAT(RedactUnknown(text), Not(HasSubstr("\n\n\n"))) << text;
  }
}

}  // namespace
}  // namespace e2e
