package main

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func TestGreetings(t *testing.T) {
	n := running(t)
	capabilities := "IMAP4rev2 IMAP4rev1 ENABLE SASL-IR LITERAL+ ID UTF8=ACCEPT AUTH=PLAIN AUTH=OAUTHBEARER AUTH=XOAUTH2"
	for port, wanted := range map[string]string{
		"smtp":        "220 mail.example.org Stalwart ESMTP at your service",
		"submission":  "220 mail.example.org Stalwart ESMTP at your service",
		"submissions": "220 mail.example.org Stalwart ESMTP at your service",
		"imap":        "* OK [CAPABILITY " + capabilities + " STARTTLS] Stalwart IMAP4rev2 at your service.",
		"imaps":       "* OK [CAPABILITY " + capabilities + "] Stalwart IMAP4rev2 at your service.",
		"pop3s":       "+OK Stalwart POP3 at your service.", "sieve": `"IMPLEMENTATION" "Stalwart ManageSieve"`,
	} {
		if line := n.dial(port).line(); line != wanted {
			t.Errorf("%s: got %q", port, line)
		}
	}
}

func TestMailGoesRound(t *testing.T) {
	n := running(t)
	n.send(user, friend, "first")
	c := n.login(friend)
	c.imap("SELECT INBOX")
	answer := c.imap("UID FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE BODY[])")
	for _, part := range []string{"UID 1 FLAGS () INTERNALDATE",
		"Message-ID: <first@test>\r\n", "\r\n\r\n.dot\r\nlast line FLAGS (\\Seen))", "Received: from "} {
		if !strings.Contains(answer, part) {
			t.Errorf("%q is not in %q", part, answer)
		}
	}
	if answer := c.imap("FETCH 1 (FLAGS)"); !strings.Contains(answer, `FLAGS (\Seen)`) {
		t.Error(answer)
	}
}

func TestSameMessageIsKeptOnce(t *testing.T) {
	n := running(t)
	for _, id := range []string{"a", "b", "a"} {
		n.send(user, friend, id)
	}
	if got := ids(n.stored(friend)); got != "a b" {
		t.Error(got)
	}
}

func TestNothingIsLostByAKill(t *testing.T) {
	n := running(t)
	for i := range 5 {
		n.send(user, friend, fmt.Sprint("m", i))
	}
	before := n.stored(friend)
	n.kill()
	n.start()
	n.ready("http")
	if after := n.stored(friend); len(before) != 5 || !reflect.DeepEqual(after, before) {
		t.Errorf("before %v, after %v", before, after)
	}
	n.send(user, friend, "later")
	if got := ids(n.stored(friend)); got != "m0 m1 m2 m3 m4 later" {
		t.Error(got)
	}
}

func TestSubmissionRules(t *testing.T) {
	n := running(t)
	c := n.greeting("submission")
	hello := c.say("EHLO test.example").until("250 ")
	if !strings.Contains(hello, "STARTTLS") || strings.Contains(hello, "PLAIN") || !strings.Contains(hello, "SIZE 104857600") {
		t.Error(hello)
	}
	expectReplies(c, [][2]string{{"AUTH PLAIN " + plain(user), "554 5.7.8"}, {"MAIL FROM:<" + user + ">", "503 5.5.1"},
		{"STARTTLS", "220 "}})
	c.secure()
	hello = c.say("EHLO test.example").until("250 ")
	if strings.Contains(hello, "STARTTLS") || !strings.Contains(hello, "AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER") {
		t.Error(hello)
	}
	expectReplies(c, [][2]string{
		{"MAIL FROM:<" + user + ">", "503 5.5.1 You must authenticate first."},
		{"AUTH PLAIN AGEAYg==", "535 5.7.8"}, {"AUTH XOAUTH2 dG9rZW4=", "535 5.7.8"},
		{"AUTH PLAIN", "334 "}, {plain(user), "235 "},
		{"MAIL FROM:<" + friend + ">", "501 5.5.4"}, {"MAIL FROM:<" + user + "> SIZE=104857601", "552 5.3.4"},
		{"MAIL FROM:<" + user + "> SIZE=10", "250 "}, {"DATA", "503 "},
		{"RCPT TO:<nobody@" + domain + ">", "550 5.1.2 Mailbox does not exist."},
		{"RCPT TO:<somebody@example.net>", "550 5.1.2 Relay not allowed."},
		{"RSET", "250 "}, {"QUIT", "221 "},
	})
}

func expectReplies(c *client, dialogue [][2]string) {
	c.t.Helper()
	for _, one := range dialogue {
		if reply := c.say(one[0]).line(); !strings.HasPrefix(reply, one[1]) {
			c.t.Errorf("%s: %q, wanted %q", one[0], reply, one[1])
		}
	}
}

func TestAuthLogin(t *testing.T) {
	n := running(t)
	c := n.greeting("submissions")
	c.say("EHLO test.example").until("250 ")
	expectReplies(c, [][2]string{{"AUTH LOGIN", "334 VXNlcm5hbWU6"}, {"dXNlcjFAZXhhbXBsZS5vcmc=", "334 UGFzc3dvcmQ6"},
		{"Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZSAx", "235 "}})
}

func TestPort25(t *testing.T) {
	n := running(t)
	c := n.greeting("smtp")
	if hello := c.say("EHLO test.example").until("250 "); strings.Contains(hello, "AUTH") {
		t.Error(hello)
	}
	expectReplies(c, [][2]string{{"AUTH PLAIN " + plain(user), "503 5.5.1 AUTH not allowed."},
		{"MAIL FROM:<a@example.net>", "250 "}, {"RCPT TO:<b@example.com>", "550 5.1.2"}})
	// All at once: PIPELINING. Of these only CRLF, dot, CRLF ends the message.
	c.say("RCPT TO:<" + friend + ">\r\nDATA\r\nMessage-ID: <p@test>\r\n\r\nx\n.\nMAIL FROM:<z@z>\r\n..y\r\n.")
	if reply := c.until("250 2.0.0 Message queued with id "); !strings.HasPrefix(reply, "250 2.1.5") {
		t.Error(reply)
	}
	r := n.login(friend)
	r.imap("SELECT inbox")
	if body := r.imap("FETCH 1 BODY[TEXT]"); !strings.Contains(body, "x\n.\nMAIL FROM:<z@z>\r\n.y FLAGS (\\Seen))") {
		t.Errorf("%q", body)
	}
}

func TestImapSession(t *testing.T) {
	n := running(t)
	c := n.greeting("imap")
	for _, one := range [][2]string{
		{"SELECT INBOX", "BAD Not authenticated."}, {"LOGIN a b", "NO LOGIN is disabled on the clear-text port."},
		{"STARTTLS", "OK "},
	} {
		if answer := c.imap(one[0]); !strings.Contains(answer, one[1]) {
			t.Errorf("%s: %q", one[0], answer)
		}
	}
	c.secure()
	message := "Message-ID: <appended@test>\r\nSubject: Hello\r\n\r\ntext"
	for _, one := range [][2]string{
		{"AUTHENTICATE PLAIN AGEAYg==", "NO [AUTHENTICATIONFAILED]"},
		{"AUTHENTICATE PLAIN " + plain(user), "OK [CAPABILITY "},
		{`LIST "" "*"`, `* LIST (\HasNoChildren) "/" "INBOX"`}, {`CREATE "Work 2026"`, "OK "}, {`LIST "" "W%"`, `"Work 2026"`},
		{"SELECT Nowhere", "NO [NONEXISTENT]"}, {`APPEND Nowhere {4+}` + "\r\ntext", "NO [TRYCREATE]"},
		{fmt.Sprintf("APPEND \"Work 2026\" (\\Flagged) \" 1-Nov-2026 10:00:00 +0000\" {%d+}\r\n%s", len(message), message),
			"OK [APPENDUID "},
		{`STATUS "Work 2026" (MESSAGES UIDNEXT UNSEEN)`, `* STATUS "Work 2026" (MESSAGES 1 UIDNEXT 2 UNSEEN 1)`},
		{`EXAMINE "Work 2026"`, "OK [READ-ONLY]"}, {"FETCH 1 BODY[]", message}, {"FETCH 1 FLAGS", `FLAGS (\Flagged)`},
		{"STORE 1 +FLAGS (\\Seen)", "NO "}, {`SELECT "Work 2026"`, "* 1 EXISTS"},
		{"STORE 1 +FLAGS (\\Seen \\Deleted)", `FLAGS (\Flagged \Seen \Deleted)`},
		{"FETCH 1 INTERNALDATE", `"01-Nov-2026 10:00:00 +0000"`},
		{"UID SEARCH ALL", "* SEARCH 1\r\n"}, {"SEARCH UNSEEN", "* SEARCH\r\n"},
		{"SEARCH HEADER Message-ID <appended@test>", "* SEARCH 1\r\n"},
		{"EXPUNGE", "* 1 EXPUNGE\r\n"}, {"SORT (DATE)", "BAD "}, {"NOOP", "OK "}, {"LOGOUT", "* BYE "},
	} {
		if answer := c.imap(one[0]); !strings.Contains(answer, one[1]) {
			t.Errorf("%s: %q", one[0], answer)
		}
	}
}

func TestOddCommandsAreRefused(t *testing.T) {
	n := running(t)
	n.send(user, user, "one")
	c := n.login(user)
	c.imap("SELECT INBOX")
	for _, command := range []string{"FETCH 1 ()", "FETCH 1", "FETCH x FLAGS", "FETCH 1 ENVELOPE", "FETCH 1 BODY[", "UID", "UID FETCH",
		"STORE 1 FLAGS",
		"STORE 1 *FLAGS (x)", "SEARCH ()", "SEARCH", "SEARCH UN", "SEARCH NOT", "SEARCH OR ALL", "SEARCH SINCE today", "SEARCH LARGER x",
		"COPY 1", "MOVE x INBOX", "RENAME a", "DELETE", "SUBSCRIBE",
		"APPEND INBOX", "STATUS", "LIST", "CREATE", "UID EXPUNGE", "LOGIN a b", "SORT (DATE)"} {
		if answer := c.imap(command); !strings.Contains(answer, " BAD ") {
			t.Errorf("%s: %q", command, answer)
		}
	}
	for _, line := range []string{"", " ", "x", "x FETCH (", `x FETCH "a`, `x "\`} {
		c.say(line).until("* BAD ", "x BAD ")
	}
	sieve := n.dial("sieve")
	sieve.until("OK ")
	expectReplies(sieve, [][2]string{{"", "NO"}, {"(", "NO"}, {"AUTHENTICATE", "NO"}, {"GETSCRIPT", "NO"}, {"LOGOUT", "OK"}})
	smtp := n.greeting("smtp")
	expectReplies(smtp, [][2]string{{"", "500 "}, {"EHLO", "501 "}, {"MAIL", "503 "}, {"RCPT TO:<>", "503 "}, {"DATA", "503 "},
		{"AUTH", "503 "}, {"HELO x", "550 5.5.0 Invalid EHLO domain."}, {"HELO x.example", "250 "}, {"MAIL FROM:x", "501 "}, {"MAIL FROM:<>", "250 "}, {"MAIL FROM:<>", "503 "},
		{"RCPT TO:<>", "501 "}, {"XYZ", "500 "}})
}

func TestIdleTellsOfNewMail(t *testing.T) {
	n := running(t)
	c := n.login(friend)
	c.imap("SELECT INBOX")
	c.say("I IDLE").until("+ ")
	n.send(user, friend, "new")
	c.until("* 1 EXISTS")
	c.say("DONE").until("I OK ")
}

func TestLiteralWithConsent(t *testing.T) {
	n := running(t)
	c := n.login(user)
	c.say("X APPEND INBOX {4}").until("+ ")
	c.say("text").until("X OK [APPENDUID ")
}

func TestManageSieve(t *testing.T) {
	n := running(t)
	c := n.dial("sieve")
	if greeting := c.until("OK "); !strings.Contains(greeting, "\"STARTTLS\"\r\n\"SASL\" \"OAUTHBEARER XOAUTH2\"\r\n") ||
		!strings.HasSuffix(greeting, "OK \"Stalwart ManageSieve at your service.\"\r\n") {
		t.Error(greeting)
	}
	expectReplies(c, [][2]string{{`AUTHENTICATE "PLAIN" "` + plain(user) + `"`, "NO (ENCRYPT-NEEDED)"}, {"STARTTLS", "OK "}})
	if again := c.secure().until("OK "); !strings.Contains(again, `"SASL" "PLAIN `) {
		t.Error(again)
	}
	expectReplies(c, [][2]string{{"LISTSCRIPTS", "NO "}, {`AUTHENTICATE "PLAIN" "` + plain(user) + `"`, "OK "},
		{"PUTSCRIPT \"main\" {5+}\r\nkeep;", "OK "}, {`SETACTIVE "main"`, "OK "}, {"LISTSCRIPTS", `"main" ACTIVE`},
		{`NOOP`, "OK"}})
	c.line()
	if tag := c.say(`NOOP "tag"`).line() + c.line(); tag != `OK (TAG {3}tag) "Done"` {
		t.Error(tag)
	}
	if text := c.say(`GETSCRIPT "main"`).until("OK"); text != "{5}\r\nkeep;\r\nOK\r\n" {
		t.Errorf("%q", text)
	}
	expectReplies(c, [][2]string{{`DELETESCRIPT "main"`, "NO (ACTIVE)"}, {`SETACTIVE ""`, "OK "},
		{"PUTSCRIPT \"other\" \"no such command;\"", "NO "}, {`CHECKSCRIPT "keep;"`, "OK "}, {`CHECKSCRIPT "keep"`, "NO "},
		{`PUTSCRIPT "other" "discard;"`, "OK "}, {`RENAMESCRIPT "main" "other"`, "NO (ALREADYEXISTS)"},
		{`RENAMESCRIPT "main" "third"`, "OK "}, {`GETSCRIPT "main"`, "NO (NONEXISTENT)"}, {`HAVESPACE "x" 100`, "OK "},
		{`HAVESPACE "x" 100000000`, "NO (QUOTA/MAXSIZE)"}, {`DELETESCRIPT "third"`, "OK "}, {"LOGOUT", "OK "}})
}

func TestCertificateFromFiles(t *testing.T) {
	n := newNode(t)
	writeCertificate(t, n.path("tls.crt"), n.path("tls.key"), "given.example.org")
	n.provision(false, fmt.Sprintf(`["x:Certificate/set",{"create":{"c":{"certificate":{"@type":"File","filePath":"%s"},
		"privateKey":{"@type":"File","filePath":"%s"}}}},"e"]`, n.path("tls.crt"), n.path("tls.key")))
	for _, wanted := range []string{"given.example.org", "mail.example.org"} {
		n.start()
		n.ready("http")
		if got := commonName(n.greeting("imaps")); got != wanted {
			t.Errorf("got %s, wanted %s", got, wanted)
		}
		n.stop()
		writeCertificate(t, n.path("tls.crt"), n.path("other.key"), "broken.example.org")
	}
}

func TestACertificateIsReadAnewWhenAskedFor(t *testing.T) {
	n := newNode(t)
	writeCertificate(t, n.path("tls.crt"), n.path("tls.key"), "first.example.org")
	n.provision(false, fmt.Sprintf(`["x:Certificate/set",{"create":{"c":{"certificate":{"@type":"File","filePath":"%s"},
		"privateKey":{"@type":"File","filePath":"%s"}}}},"e"]`, n.path("tls.crt"), n.path("tls.key")))
	n.start()
	n.ready("http")
	old := n.greeting("imaps")
	writeCertificate(t, n.path("tls.crt"), n.path("tls.key"), "second.example.org")
	if got := commonName(n.greeting("imaps")); got != "first.example.org" {
		t.Error("nobody has asked, and it shows ", got)
	}
	n.jmap("http", `["x:Action/set",{"create":{"a":{"@type":"ReloadTlsCertificates"}}},"r"]`)
	if got := commonName(n.greeting("imaps")); got != "second.example.org" {
		t.Error("it still shows ", got)
	}
	if answer := old.imap("NOOP"); !strings.Contains(answer, "OK") {
		t.Error("who was there before: ", answer)
	}
}
