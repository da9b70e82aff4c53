// MailFixture: scripts of mail sessions for the tests of the mail steps.
#pragma once

#include <fmt/format.h>

#include "unit/steps/world_fixture.h"

namespace e2e {

class MailFixture : public WorldFixture {
 protected:
  using Lines = std::vector<std::string>;

  static LoopbackServer::Script Script(const std::vector<Lines>& parts) {
    LoopbackServer::Script script({});
    for (const Lines& part : parts) script.lines.insert(script.lines.end(), part.begin(), part.end());
    return script;
  }
  static Lines Then(Lines first, const Lines& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
  }
  LoopbackServer::Options Tls() const { return {certificate_, ""}; }

  // A login under TLS from the first octet on.
  static Lines SmtpLogin() {
    return {"S! tls", "S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 AUTH PLAIN", "C: AUTH PLAIN *", "S: 235 in"};
  }
  // The same by libcurl, which waits to be asked for the secret.
  static Lines PumpLogin() {
    return {"S! tls",        "S: 220 mail", "C: EHLO *", "S: 250-mail", "S: 250 AUTH PLAIN",
            "C: AUTH PLAIN", "S: 334 ",     "C: *",      "S: 235 in"};
  }
  static Lines SmtpMessage(const std::string& answer) {
    return {"C: MAIL FROM:<*>", "S: 250 ok", "C: RCPT TO:<*>", "S: 250 ok",
            "C: DATA",          "S: 354 go", "C! data",        "S: " + answer};
  }
  static Lines SmtpQuit() { return {"C: QUIT", "S: 221 bye"}; }

  // UID and octets.
  using Stored = std::vector<std::pair<int, std::string>>;
  // One whole session that reads the only mailbox.
  static LoopbackServer::Script ImapRead(const Stored& stored, int uidvalidity = 9) {
    Lines fetch;
    if (!stored.empty()) {
      fetch.push_back("C: A4 UID FETCH 1:*");
      for (const auto& [uid, text] : stored) {
        fetch.push_back(fmt::format("S+ * {} FETCH (UID {} BODY[] {{{}}}\r\n{})\r\n", uid, uid, text.size(), text));
      }
      fetch.push_back("S: A4 OK");
    }
    const std::string last = stored.empty() ? "A4" : "A5";
    return Script({ImapLogin(),
                   {"C: A2 LIST *", "S: * LIST (\\NoSelect) \"/\" Shared", "S: * LIST () \"/\" \"INBOX\"", "S: A2 OK",
                    "C: A3 EXAMINE \"INBOX\"", fmt::format("S: * {} EXISTS", stored.size()),
                    fmt::format("S: * OK [UIDVALIDITY {}] ok", uidvalidity), "S: A3 OK"},
                   fetch,
                   {"C: " + last + " LOGOUT", "S: * BYE", "S: " + last + " OK"}});
  }
  static Lines ImapLogin() {
    return {"S! tls", "S: * OK [CAPABILITY IMAP4rev1] hi", "C: A1 LOGIN *", "S: A1 OK [CAPABILITY IMAP4rev1 IDLE] in"};
  }
  // What the server put on top of a message that it stored.
  static std::string AsStored(const TestMessage& message) { return "Received: from a by b\r\n" + message.text; }

  const TestCertificate certificate_ = MakeTestCertificate({"DNS:mail.example.org", "DNS:mx.example.org"});
};

}  // namespace e2e
