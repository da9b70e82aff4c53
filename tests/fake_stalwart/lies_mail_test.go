package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// sent submits m1, m2 and so on.
func (n *node) sent(count int) {
	n.t.Helper()
	c := n.submission(user)
	for i := range count {
		if err := submit(c, user, friend, fmt.Sprint("m", i+1)); err != nil {
			n.t.Fatal(err)
		}
	}
	c.Quit()
}

func (n *node) again() {
	n.t.Helper()
	n.kill()
	n.start()
	n.ready("http")
}

func TestLiesAboutWriting(t *testing.T) {
	for name, one := range map[string]struct{ lie, stored string }{
		"none":             {"", "m1 m2 m3 m4"},
		"lose":             {"FAKE_STALWART_LOSE=1/2", "m1 m3"},
		"duplicate":        {"FAKE_STALWART_DUPLICATE=1/3", "m1 m2 m3 m3 m4"},
		"ack before write": {"FAKE_STALWART_ACK_BEFORE_WRITE=1m", ""},
	} {
		t.Run(name, func(t *testing.T) {
			n := running(t, one.lie)
			n.sent(4)
			n.again()
			if got := ids(n.stored(friend)); got != one.stored {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestWhatIsWrittenLateIsWritten(t *testing.T) {
	n := running(t, "FAKE_STALWART_ACK_BEFORE_WRITE=1ms")
	n.sent(1)
	n.waitFor("the message", func() bool { return ids(n.stored(friend)) == "m1" })
}

func TestCorrupt(t *testing.T) {
	for _, lie := range []string{"", "FAKE_STALWART_CORRUPT=1/2"} {
		n := running(t, lie)
		n.sent(3)
		c := n.login(friend)
		c.imap("EXAMINE INBOX")
		for i, wrong := range []bool{false, lie != "", false} {
			text := c.imap(fmt.Sprintf("FETCH %d BODY.PEEK[TEXT]", i+1))
			if whole := strings.Contains(text, ".dot\r\nlast line"); whole == wrong || !strings.Contains(text, "{15}") {
				t.Errorf("%q, message %d: %q", lie, i+1, text)
			}
			if header := c.imap(fmt.Sprintf("FETCH %d BODY.PEEK[HEADER]", i+1)); !strings.Contains(header, fmt.Sprintf("Subject: m%d\r\n", i+1)) {
				t.Error(header)
			}
		}
	}
}

func TestReusedUIDs(t *testing.T) {
	for _, one := range []struct{ lie, afterDeletion, afterStart string }{
		{"", "1 m1,2 m2,4 m3", "1 m1,2 m2,4 m3"},
		{"FAKE_STALWART_REUSE_UID=true", "1 m1,2 m2,3 m3", "1 m2,2 m3,3 m1"},
	} {
		n := running(t, one.lie)
		n.sent(2)
		n.send(user, friend, "gone")
		c := n.login(friend)
		c.imap("SELECT INBOX")
		c.imap(`STORE 3 +FLAGS (\Deleted)`)
		c.imap("EXPUNGE")
		n.send(user, friend, "m3")
		if got := uids(n.stored(friend)); got != one.afterDeletion {
			t.Errorf("%q, after the deletion: %s", one.lie, got)
		}
		n.again()
		before := n.stored(friend)
		if got := uids(before); got != one.afterStart {
			t.Errorf("%q, after the start: %s", one.lie, got)
		}
		if got := n.login(friend); !strings.Contains(got.imap("EXAMINE INBOX")+got.imap("FETCH 1 BODY.PEEK[HEADER]"),
			"<"+strings.Fields(before[0])[1]+"@test>") {
			t.Errorf("%q: the first message is not what it says", one.lie)
		}
	}
}

// uids are the messages without UIDVALIDITY.
func uids(stored []string) string {
	var all []string
	for _, one := range stored {
		_, rest, _ := strings.Cut(one, ":")
		all = append(all, rest)
	}
	return strings.Join(all, ",")
}

func TestNewUIDValidity(t *testing.T) {
	for _, lie := range []string{"", "FAKE_STALWART_NEW_UIDVALIDITY=true"} {
		n := running(t, lie)
		n.sent(1)
		before := n.stored(friend)
		if again := n.stored(friend); !slices.Equal(again, before) {
			t.Errorf("%q: it changed in between", lie)
		}
		n.again()
		after := n.stored(friend)
		if changed := !slices.Equal(after, before); changed != (lie != "") || uids(after) != uids(before) {
			t.Errorf("%q: before %v, after %v", lie, before, after)
		}
	}
}
