package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestThrottles(t *testing.T) {
	n := newNode(t)
	slow := `{"key":{"senderDomain":true,"rcpt":true},"rate":{"count":3,"period":3600000}}`
	n.provision(true, `["x:MtaInboundThrottle/set",{"create":{"t":`+slow+`}},"e"]`)
	n.start()
	n.ready("http")
	c := n.submission(user)
	for i := range 5 {
		err := submit(c, user, friend, fmt.Sprint("t", i))
		if refused := err != nil && strings.Contains(err.Error(), "4.4.5 Rate limit exceeded, try again later."); refused != (i >= 3) {
			t.Error(i, err)
		}
	}
	if err := submit(c, user, user, "other"); err != nil {
		t.Error("another recipient: ", err)
	}
	off := `["x:MtaInboundThrottle/set",{"update":{"b":{"enable":false}}},"a"]`
	n.jmap("http", off)
	if submit(c, user, friend, "still") == nil {
		t.Error("the change was heard before the next start")
	}
	n.stop()
	n.start()
	n.ready("http")
	n.send(user, friend, "t5")
}

func TestSixthInASecond(t *testing.T) {
	n := newNode(t)
	n.provision(true)
	n.start()
	n.ready("http")
	c := n.submission(user)
	c.Mail(user)
	refused := 0
	for range 6 {
		if err := c.Rcpt(friend); err != nil {
			refused++
		}
	}
	if refused == 0 {
		t.Error("nothing was refused")
	}
}

func TestMessagesInASession(t *testing.T) {
	n := running(t)
	c := n.submission(user)
	var err error
	for i := 0; i <= 10 && err == nil; i++ {
		err = submit(c, user, friend, fmt.Sprint("s", i))
	}
	if err == nil || !strings.Contains(err.Error(), "4.4.5 Maximum number") {
		t.Error(err)
	}
}

func TestAClientThatSaysNothingIsSentAway(t *testing.T) {
	n := newNode(t)
	n.provision(false, `["x:MtaInboundSession/set",{"update":{"singleton":{"timeout":{"else":"300ms"}}}},"e"]`)
	n.start()
	n.ready("http")
	c := n.greeting("smtp")
	if line := c.line(); line != "221 2.0.0 Disconnecting inactive client." {
		t.Error(line)
	}
}
