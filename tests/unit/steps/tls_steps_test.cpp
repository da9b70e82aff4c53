// tls.expect: which versions a port takes, and for whom its certificate is.
#include "base/text.h"
#include "unit/steps/mail_fixture.h"

namespace e2e {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class TlsExpectTest : public MailFixture {
 protected:
  using Scripts = std::vector<LoopbackServer::Script>;
  // What a client meets that offers 1.0, 1.1, 1.2 and 1.3 one after the other.
  static Scripts Modern() { return {{"S! tls-fails 1.2"}, {"S! tls-fails 1.2"}, {"S! tls 1.2"}, {"S! tls 1.3"}}; }
  Outcome<std::string> Expect(const std::string& fields, Scripts scripts, const Scripts& more = {},
                              const std::string& port = "imaps") {
    scripts.insert(scripts.end(), more.begin(), more.end());
    LoopbackServer server(Tls(), scripts);
    Serve(port, server);
    return Run("tls.expect: {port: " + port + fields + "}");
  }
  void ExpectSecret(const std::string& certificate) {
    const nlohmann::json data = {{"tls.crt", Base64Encode(certificate)}};
    kube_.Expect("GET /api/v1/namespaces/e2e/secrets/mail-tls", 200, nlohmann::json{{"data", data}}.dump());
  }
};

TEST_F(TlsExpectTest, TakesWhatIsAskedForAndRefusesTheRest) {
  EXPECT_THAT(Expect("", Modern()), Succeeds());
  EXPECT_THAT(Expect(", versions: ['1.2']", Modern()),
              FailsWith(ErrorKind::kExpectation, HasSubstr("TLS 1.3 is spoken")));
  EXPECT_THAT(Expect("", {{"S! tls 1.0"}}), FailsWith(ErrorKind::kExpectation, HasSubstr("TLS 1.0 is spoken")));
  EXPECT_THAT(Expect("", {{"S! tls-fails 1.2"}, {"S! tls-fails 1.2"}, {"S! tls-fails 1.3"}}),
              FailsWith(ErrorKind::kExpectation,
                        AllOf(HasSubstr("TLS 1.2 is refused"), HasSubstr("tls.expect on port imaps"))));
}

TEST_F(TlsExpectTest, GoesByStartTlsWhereThePortBeginsInClear) {
  const Lines smtp = {"S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 STARTTLS", "C: STARTTLS", "S: 220 go"};
  Scripts scripts;
  for (const LoopbackServer::Script& end : Modern()) scripts.push_back(Script({smtp, end.lines}));
  EXPECT_THAT(Expect("", scripts, {}, "submission"), Succeeds());
  scripts.clear();
  for (const LoopbackServer::Script& end : Modern())
    scripts.push_back(Script({{"S: * OK hi", "C: a1 STARTTLS", "S: a1 OK go"}, end.lines}));
  EXPECT_THAT(Expect("", scripts, {}, "imap"), Succeeds());
  scripts.clear();
  for (const LoopbackServer::Script& end : Modern())
    scripts.push_back(Script({{"S: \"STARTTLS\"", "S: OK", "C: STARTTLS", "S: OK"}, end.lines}));
  EXPECT_THAT(Expect("", scripts, {}, "sieve"), Succeeds());
}

TEST_F(TlsExpectTest, TheCertificateIsForTheNames) {
  EXPECT_THAT(Expect(", names: [mail.example.org]", Modern(), {{"S! tls"}}), Succeeds());
  EXPECT_THAT(Expect(", names: [other.example.org]", Modern(), {{"S! tls-fails"}}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("the certificate is not good for other.example.org")));
}

TEST_F(TlsExpectTest, TheCertificateIsThatOfTheSecret) {
  ExpectSecret(certificate_.cert_pem);
  EXPECT_THAT(Expect(", names: [mail.example.org], secret: mail-tls", Modern(), {{"S! tls"}}), Succeeds());
  ExpectSecret(MakeTestCertificate({"DNS:mail.example.org"}).cert_pem);
  EXPECT_THAT(Expect(", names: [mail.example.org], secret: mail-tls", Modern(), {{"S! tls-fails"}}),
              FailsWith(ErrorKind::kExpectation, HasSubstr("the certificate is not good for mail.example.org")));
  ExpectSecret("");
  EXPECT_THAT(Run("tls.expect: {port: imaps, names: [mail.example.org], secret: mail-tls}"),
              FailsWith(ErrorKind::kInconclusive, HasSubstr("the Secret mail-tls holds no tls.crt")));
}

}  // namespace
}  // namespace e2e
