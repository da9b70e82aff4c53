package main

import (
	"fmt"
	"strings"
	"testing"
)

// body is what stands in the only message of an INBOX.
func (n *node) body(address string) string {
	n.t.Helper()
	c := n.login(address)
	c.imap("SELECT INBOX")
	return c.imap("FETCH 1 BODY[]")
}

// envelope says everything up to the message itself.
func (n *node) envelope(parameters string) *client {
	n.t.Helper()
	c := n.greeting("smtp")
	expectReplies(c, [][2]string{{"HELO test.example", "250 "}, {"MAIL FROM:<a@example.net>" + parameters, "250 "},
		{"RCPT TO:<" + friend + ">", "250 "}})
	return c
}

func TestChunks(t *testing.T) {
	n := running(t)
	c := n.greeting("smtp")
	if hello := c.say("EHLO test.example").until("250 "); !strings.Contains(hello, "CHUNKING") || !strings.Contains(hello, "BINARYMIME") {
		t.Error(hello)
	}
	// What belongs to a chunk is no command, whatever is said to it.
	expectReplies(c, [][2]string{{"BDAT 6 LAST\r\nQUIT", "503 "}, {"BDAT x", "501 "}, {"NOOP", "250 "},
		{"MAIL FROM:<a@example.net> BODY=BINARYMIME", "250 "}, {"BDAT 0", "503 "}, {"RCPT TO:<" + friend + ">", "250 "},
		{"BDAT 24\r\nMessage-ID: <c@test>\r\n", "250 2.6.0"}, {"BDAT 11 LAST\r\n\r\na\n.\r\n.b", "250 2.0.0 Message queued"}})
	if body := n.body(friend); !strings.Contains(body, "\r\n\r\na\n.\r\n.b\r\n FLAGS (\\Seen))") {
		t.Errorf("%q", body)
	}
}

func TestDotsOfTheFirstLine(t *testing.T) {
	n := running(t)
	c := n.envelope("")
	expectReplies(c, [][2]string{{"DATA", "354 "}, {".X: y\r\nMessage-ID: <d@test>\r\n\r\n..\r\n.", "250 2.0.0 Message queued"},
		{"MAIL FROM:<>", "250 "}, {"RCPT TO:<" + friend + ">", "250 "}, {"DATA", "354 "},
		{".\r\nNOOP\r\n.", "550 5.7.7 Failed to parse message."}, {"QUIT", "221 "}})
	if body := n.body(friend); !strings.Contains(body, "\r\n.X: y\r\n") || !strings.Contains(body, "\r\n\r\n. FLAGS (\\Seen))") {
		t.Errorf("%q", body)
	}
}

func TestTraceFields(t *testing.T) {
	n := running(t)
	c := n.envelope("")
	expectReplies(c, [][2]string{{"DATA", "354 "}, {"Message-ID: <t@test>\r\n\r\n.", "250 "}})
	if body := n.body(friend); !strings.Contains(body, "\r\nReturn-Path: <a@example.net>\r\n") {
		t.Errorf("%q", body)
	}
}

func TestLoopIsRefused(t *testing.T) {
	n := running(t)
	c := n.envelope("")
	hop := "Received: x\r\n"
	expectReplies(c, [][2]string{{"DATA", "354 "}, {strings.Repeat(hop, 51) + "\r\n.", "450 4.4.6"},
		{"MAIL FROM:<>", "250 "}, {"RCPT TO:<" + friend + ">", "250 "}, {"DATA", "354 "},
		{strings.Repeat(hop, 50) + "\r\n" + hop + "\r\n.", "250 "}})
}

func TestWhatIsTooBigStaysBegun(t *testing.T) {
	n := running(t)
	c := n.envelope(" SIZE=104857600")
	c.say("DATA").until("354 ")
	for range 1 + 104857600/(1<<20) {
		c.say(strings.Repeat("x", 1<<20))
	}
	expectReplies(c, [][2]string{{".", "552 5.3.4"}, {"MAIL FROM:<>", "503 5.5.1 Multiple"}, {"RSET", "250 "}, {"MAIL FROM:<>", "250 "}})
}

func TestParametersOfMail(t *testing.T) {
	n := running(t)
	c := n.greeting("smtp")
	expectReplies(c, [][2]string{{"HELO test.example", "250 "}, {"MAIL FROM:<> X=1", "504 5.5.4"}, {"MAIL FROM:<> BODY=9BIT", "504 5.5.4"},
		{"MAIL FROM:<> SIZE=104857601", "552 "}, {"MAIL FROM:<> BODY=8BITMIME SMTPUTF8 SIZE=1", "250 "}})
}

func TestTagIsAnotherName(t *testing.T) {
	n := running(t)
	n.send(user, strings.Replace(friend, "@", "+tag@", 1), "tagged")
	if got := ids(n.stored(friend)); got != "tagged" {
		t.Error(got)
	}
}

func TestTooManyErrorsEndTheSession(t *testing.T) {
	n := running(t)
	c := n.envelope("")
	for i := range 4 {
		expectReplies(c, [][2]string{{fmt.Sprintf("RCPT TO:<nobody%d@%s>", i, domain), "550 5.1.2"}})
	}
	expectReplies(c, [][2]string{{"RCPT TO:<x@elsewhere.example>", "451 4.3.0 Too many errors, disconnecting."}})
	if _, err := c.reader.ReadByte(); err == nil {
		t.Error("the session goes on")
	}
	c = n.greeting("submissions")
	c.say("EHLO test.example").until("250 ")
	expectReplies(c, [][2]string{{"AUTH PLAIN !", "500 5.5.6 Invalid challenge."}, {"AUTH PLAIN AGEAYg==", "535 5.7.8"},
		{"AUTH PLAIN AGEAYg==", "535 5.7.8"}})
	if line := c.line(); !strings.HasPrefix(line, "455 4.3.0 Too many authentication errors") {
		t.Error(line)
	}
}
