package main

import (
	"strings"
	"testing"
)

// all sends the commands in order, and looks for the words in each answer.
func (c *client) all(pairs [][2]string) {
	c.t.Helper()
	for _, one := range pairs {
		if answer := c.imap(one[0]); !strings.Contains(answer, one[1]) {
			c.t.Errorf("%s: %q", one[0], answer)
		}
	}
}

func TestMailboxesChange(t *testing.T) {
	n := running(t)
	c := n.login(user)
	c.all([][2]string{
		{"CREATE a/b", "OK "}, {`LIST "" a%`, `* LIST (\HasChildren) "/" "a"`}, {"CREATE a", "NO [ALREADYEXISTS]"},
		{"RENAME a c", "OK "}, {"SELECT c/b", "* 0 EXISTS"}, {"RENAME a d", "NO [NONEXISTENT]"}, {"RENAME c INBOX", "NO [ALREADYEXISTS]"},
		{"DELETE c", "NO [HASCHILDREN]"}, {"DELETE c/b", "OK "}, {"DELETE INBOX", "NO [NOPERM]"}, {"CREATE a//b", "NO "},
		{"SUBSCRIBE c", "OK "}, {`LSUB "" "*"`, `"c"`}, {`LIST (SUBSCRIBED) "" "c"`, `"c"`}, {"UNSUBSCRIBE c", "OK "},
		{"SUBSCRIBE nowhere", "NO [NONEXISTENT]"},
	})
	if answer := c.imap(`LSUB "" "*"`); strings.Contains(answer, `"c"`) || !strings.Contains(answer, `"Drafts"`) {
		t.Error(answer)
	}
}

func TestMessagesAreCopiedMovedAndFound(t *testing.T) {
	n := running(t)
	c := n.login(user)
	c.all([][2]string{
		{"CREATE a", "OK "}, {"CREATE b", "OK "},
		{"APPEND a (\\Seen) \"01-Feb-2024 12:00:00 +0000\" {25+}\r\nSubject: One\r\n\r\n012345\r\n\r\n", "OK "},
		{"APPEND a ($Label) {18+}\r\nSubject: Two\r\n\r\nxy", "OK "},
		{"SELECT a", "* 2 EXISTS"}, {"COPY 1 b", " OK [COPYUID "}, {"COPY 1 nowhere", "NO [TRYCREATE]"}, {"COPY 1 a", "NO [CANNOT]"},
		{"UID COPY 99 b", "OK No messages"}, {"STATUS b (MESSAGES)", "MESSAGES 1"},
		{"FETCH 1 BODY.PEEK[TEXT]<2.3>", "BODY[TEXT]<2> {3}\r\n234)"}, {"FETCH 2 BODY.PEEK[TEXT]<9.3>", "BODY[TEXT]<9> {0}\r\n)"},
		{"SEARCH NOT SEEN", "* SEARCH 2\r\n"}, {"SEARCH OR SEEN KEYWORD $label", "* SEARCH 1 2\r\n"},
		{"SEARCH (UNKEYWORD $Label ALL)", "* SEARCH 1\r\n"}, {"SEARCH SMALLER 20", "* SEARCH 2\r\n"}, {"SEARCH LARGER 20", "* SEARCH 1\r\n"},
		{"SEARCH BEFORE 2-Feb-2024", "* SEARCH 1\r\n"}, {"SEARCH ON 1-Feb-2024", "* SEARCH 1\r\n"}, {"SEARCH SINCE 2-Feb-2024", "* SEARCH 2\r\n"},
		{"SEARCH TEXT tWO", "* SEARCH 2\r\n"}, {"SEARCH BODY two", "* SEARCH\r\n"}, {"SEARCH SUBJECT one", "* SEARCH 1\r\n"},
		{"SEARCH RETURN (MIN MAX COUNT) ALL", `") COUNT 2 MIN 1 MAX 2` + "\r\n"}, {"UID SEARCH RETURN () ALL", `") UID ALL 1,2` + "\r\n"},
		{"SEARCH RETURN (COUNT MIN ALL) DELETED", `") COUNT 0` + "\r\n"},
		{"MOVE 1:* b", "* 1 EXPUNGE\r\n* 1 EXPUNGE\r\n"}, {"SELECT b", "* 3 EXISTS"}, {"FETCH 2 FLAGS", `FLAGS (\Seen)`},
	})
}

func TestSessionsHearOfEachOther(t *testing.T) {
	n := running(t)
	n.send(user, user, "shared")
	one, other := n.login(user), n.login(user)
	one.imap("SELECT INBOX")
	other.imap("SELECT INBOX")
	one.imap(`STORE 1 +FLAGS (\Flagged)`)
	other.all([][2]string{{"NOOP", `* 1 FETCH (FLAGS (\Flagged) UID 1)`}, {"NOOP", "OK "}})
	if answer := other.imap("NOOP"); strings.Contains(answer, "FETCH") {
		t.Error(answer)
	}
}

func TestSieveFilesMail(t *testing.T) {
	n := running(t)
	sieve := n.dial("sieve")
	sieve.until("OK ")
	expectReplies(sieve, [][2]string{{"STARTTLS", "OK "}})
	sieve.secure().until("OK ")
	script := `require ["fileinto", "copy", "mailbox"]; if header :contains "Subject" "filed" { fileinto :create "Filed"; }` +
		` elsif header :contains "Subject" "copied" { fileinto :copy "Nowhere"; } elsif header :contains "Subject" "gone" { discard; }`
	expectReplies(sieve, [][2]string{{`AUTHENTICATE "PLAIN" "` + plain(friend) + `"`, "OK "},
		{`PUTSCRIPT "s" "` + strings.ReplaceAll(script, `"`, `\"`) + `"`, "OK "}, {`SETACTIVE "s"`, "OK "}})
	for _, id := range []string{"filed", "copied", "gone", "plain"} {
		n.send(user, friend, id)
	}
	c := n.login(friend)
	c.all([][2]string{{"STATUS Filed (MESSAGES)", "MESSAGES 1"}, {"STATUS INBOX (MESSAGES)", "MESSAGES 2"}})
}
