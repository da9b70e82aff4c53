package main

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// status is what a health endpoint says; 0: nothing listens.
func (n *node) status(path string) int {
	response, err := http.Get(n.url("http", "/healthz/"+path))
	if err != nil {
		return 0
	}
	response.Body.Close()
	return response.StatusCode
}

func TestLiesAsFlags(t *testing.T) {
	n := newNode(t)
	n.startWith([]string{"--lose", "1/2", "--open-relay", "--say-version=0.15.5", "--version"})
	if code := n.exit(); code != 0 || n.output.String() != "0.15.5\n" {
		t.Errorf("%d %q %q", code, n.output, n.errors)
	}
	n.provision(false)
	n.startWith([]string{"--lose", "1/2", "--config", n.path("config.json")})
	n.ready("http")
	n.sent(2)
	if got := ids(n.stored(friend)); got != "m1" {
		t.Error(got)
	}
	for _, wrong := range []string{"--loose", "--lose=2", "stray"} {
		n.kill()
		n.startWith([]string{wrong, "--config=" + n.path("config.json")})
		if code := n.exit(); code != 1 || !strings.Contains(n.errors.String(), strings.Split(wrong, "=")[0][2:]) {
			t.Errorf("%s: %d %s", wrong, code, n.errors)
		}
	}
}

func TestHelp(t *testing.T) {
	n := newNode(t)
	n.startWith([]string{"--help"})
	if code := n.exit(); code != 0 || !strings.Contains(n.output.String(), "--lose 1/100                FAKE_STALWART_LOSE=1/100\n") {
		t.Errorf("%d %s", code, n.output)
	}
}

func TestSkippedPort(t *testing.T) {
	n := newNode(t)
	n.provision(false)
	n.start("FAKE_STALWART_SKIP_PORT=1," + portText(n, "imap"))
	n.ready("http")
	if reachable(n, "imap") {
		t.Error("the port is open")
	}
}

func TestReadyAlways(t *testing.T) {
	n := newNode(t)
	n.provision(false)
	n.start("FAKE_STALWART_READY_ALWAYS=1m", "FAKE_STALWART_SLOW_READINESS=1m")
	n.waitFor("a health endpoint", func() bool { return n.status("ready") == 200 })
	if reachable(n, "imap") || reachable(n, "submission") {
		t.Error("the ports of mail are open")
	}
	n.stop()
	n.start("FAKE_STALWART_READY_ALWAYS=1ms")
	n.ready("http")
	n.greeting("imap")
}

func TestSlowReadiness(t *testing.T) {
	for lie, wanted := range map[string]int{"": 200, "FAKE_STALWART_SLOW_READINESS=1m": 503} {
		n := newNode(t)
		n.provision(false)
		n.start(lie)
		n.waitFor("life", func() bool { return n.status("live") == 200 })
		if got := n.status("ready"); got != wanted {
			t.Errorf("%q: %d", lie, got)
		}
	}
	n := newNode(t)
	n.provision(false)
	n.start("FAKE_STALWART_SLOW_READINESS=1ms")
	n.ready("http")
}

func TestOpenRelay(t *testing.T) {
	n := running(t, "FAKE_STALWART_OPEN_RELAY=true")
	c := n.greeting("smtp")
	c.say("EHLO test.example").until("250 ")
	expectReplies(c, [][2]string{{"MAIL FROM:<a@example.net>", "250 "}, {"RCPT TO:<b@example.com>", "250 2.1.5"},
		{"RCPT TO:<nobody@" + domain + ">", "550 "}, {"RCPT TO:<" + friend + ">", "250 "}, {"DATA", "354 "},
		{"Message-ID: <m1@test>\r\n\r\ntext\r\n.", "250 2.0.0 Message queued"}})
	if got := ids(n.stored(friend)); got != "m1" {
		t.Error(got)
	}
}

func TestAuthBeforeTLS(t *testing.T) {
	n := running(t, "FAKE_STALWART_AUTH_BEFORE_TLS=true")
	c := n.greeting("submission")
	if hello := c.say("EHLO test.example").until("250 "); !strings.Contains(hello, "STARTTLS") || !strings.Contains(hello, "AUTH PLAIN LOGIN") {
		t.Error(hello)
	}
	expectReplies(c, [][2]string{{"AUTH PLAIN " + plain(user), "235 "}})
	if answer := n.greeting("imap").imap(fmt.Sprintf("LOGIN %q %q", user, password)); !strings.Contains(answer, "OK ") {
		t.Error(answer)
	}
	sieve := n.dial("sieve")
	if greeting := sieve.until("OK "); !strings.Contains(greeting, `"SASL" "PLAIN`) {
		t.Error(greeting)
	}
	expectReplies(sieve, [][2]string{{`AUTHENTICATE "PLAIN" "` + plain(user) + `"`, "OK "}})
	if hello := n.greeting("smtp").say("EHLO test.example").until("250 "); strings.Contains(hello, "AUTH") {
		t.Error("port 25: ", hello)
	}
}

func TestNewCertificate(t *testing.T) {
	n := newNode(t)
	writeCertificate(t, n.path("tls.crt"), n.path("tls.key"), "given.example.org")
	n.provision(false, fmt.Sprintf(`["x:Certificate/set",{"create":{"c":{"certificate":{"@type":"File","filePath":"%s"},
		"privateKey":{"@type":"File","filePath":"%s"}}}},"e"]`, n.path("tls.crt"), n.path("tls.key")))
	seen := map[string]bool{}
	for range 2 {
		n.start("FAKE_STALWART_NEW_CERTIFICATE=true")
		n.ready("http")
		seen[string(n.greeting("imaps").conn.(*tls.Conn).ConnectionState().PeerCertificates[0].Raw)] = true
		if got := commonName(n.greeting("imaps")); got != "mail.example.org" {
			t.Error(got)
		}
		n.stop()
	}
	if len(seen) != 2 {
		t.Error("the certificate is the same")
	}
}

func TestLeakedPasswords(t *testing.T) {
	for _, lie := range []string{"", "FAKE_STALWART_LEAK_PASSWORD=true"} {
		n := running(t, lie)
		n.login(user)
		n.stop()
		for _, secret := range []string{"admin-password", password} {
			if leaks := strings.Contains(n.output.String(), secret); leaks != (lie != "") {
				t.Errorf("%q: %s", lie, n.output)
			}
		}
	}
}

func TestHealthzBans(t *testing.T) {
	for lie, wanted := range map[string]int{"": 200, "FAKE_STALWART_HEALTHZ_BANS=5": 403} {
		n := newNode(t)
		n.provision(false)
		n.start(lie)
		n.waitFor("the last port", func() bool { return reachable(n, "submissions") })
		n.greeting("imaps").imap("LOGIN a b")
		request, _ := http.NewRequest("GET", n.url("http", "/jmap/session"), nil)
		request.SetBasicAuth("a", "b")
		if response, err := http.DefaultClient.Do(request); err != nil || response.StatusCode != 401 {
			t.Fatal(response, err)
		}
		for range 3 {
			if got := n.status("live"); got != 200 {
				t.Errorf("%q: %d too early", lie, got)
			}
		}
		for _, path := range []string{"live", "ready"} {
			if got := n.status(path); got != wanted {
				t.Errorf("%q: %s says %d", lie, path, got)
			}
		}
	}
}
