package main

import (
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

func TestVersion(t *testing.T) {
	for _, one := range []struct{ extra, wanted string }{{"", "0.16.18\n"}, {"FAKE_STALWART_SAY_VERSION=0.15.5", "0.15.5\n"}} {
		n := newNode(t, one.extra)
		n.startWith([]string{"--version"})
		if code := n.exit(); code != 0 || n.output.String() != one.wanted {
			t.Errorf("%d %q", code, n.output)
		}
	}
}

func TestFailedStarts(t *testing.T) {
	for name, one := range map[string]struct {
		prepare func(*node)
		says    string
	}{
		"not JSON":    {func(n *node) { n.config("{") }, "is not valid"},
		"other store": {func(n *node) { n.config(`{"@type":"PostgreSql"}`) }, `"PostgreSql"`},
		"no parent":   {func(n *node) { n.config(`{"@type":"RocksDb","path":"` + n.path("a/b") + `"}`) }, "cannot make the data store"},
		"unknown lie": {func(n *node) { n.extra = []string{"FAKE_STALWART_LOOSE=1/3"} }, "no such lie"},
		"older data":  {func(n *node) { n.file("data/CURRENT", "MANIFEST-000004\n") }, "older version"},
		"unreadable": {func(n *node) { os.Remove(n.path("config.json")); n.file("config.json/x", "") },
			"cannot read the configuration"},
		"broken object": {func(n *node) { n.file("data/objects.json", "{") }, "cannot read the data store"},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNode(t)
			one.prepare(n)
			n.start()
			if code := n.exit(); code != 1 || !strings.Contains(n.errors.String(), one.says) || n.output.Len() > 0 {
				t.Errorf("%d %q %q", code, n.output, n.errors)
			}
		})
	}
}

func TestBootstrapMode(t *testing.T) {
	n := newNode(t)
	n.startWith([]string{"--config", n.path("none.json")}, "STALWART_RECOVERY_ADMIN=")
	n.ready("recovery")
	if response, err := http.Get(n.url("recovery", "/jmap/session")); err != nil || response.StatusCode != 401 {
		t.Error(response, err)
	}
	n.stop()
	if !strings.Contains(n.errors.String(), "password") || n.output.Len() > 0 {
		t.Errorf("%q %q", n.output, n.errors)
	}
}

func TestConfigPathReplacesArguments(t *testing.T) {
	n := newNode(t)
	n.startWith([]string{"--nonsense"}, "CONFIG_PATH="+n.path("none.json"))
	n.ready("recovery")
	n.stop()
}

func TestRecoveryModeAddsNothing(t *testing.T) {
	n := newNode(t)
	n.start("STALWART_RECOVERY_MODE=1")
	n.ready("recovery")
	answer := n.jmap("recovery", `["x:NetworkListener/query",{},"a"],["x:MtaInboundThrottle/query",{},"b"]`)
	if strings.Count(answer, `"ids":[]`) != 2 {
		t.Error(answer)
	}
	n.stop()
}

func TestOneServerToAFolder(t *testing.T) {
	n := newNode(t)
	n.start("STALWART_RECOVERY_MODE=1")
	n.ready("recovery")
	second := newNode(t)
	second.config(`{"@type":"RocksDb","path":"` + n.path("data") + `"}`)
	second.start("STALWART_RECOVERY_MODE=1")
	if code := second.exit(); code != 1 || !strings.Contains(second.errors.String(), "held by another process") {
		t.Errorf("%d %s", code, second.errors)
	}
}

func TestAPortInUseIsNoReasonToStop(t *testing.T) {
	n := newNode(t)
	n.provision(false)
	taken, err := net.Listen("tcp", net.JoinHostPort("", portText(n, "imap")))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	n.start()
	n.ready("http")
	n.greeting("smtp")
}

func TestLogsOnlyWithATracer(t *testing.T) {
	tracer := `["x:Tracer/set",{"create":{"t":{"@type":"Stdout","enable":true,"level":"info","ansi":false,"buffered":false}}},"l"]`
	for _, more := range [][]string{nil, {tracer}} {
		n := newNode(t)
		n.provision(false, more...)
		n.start()
		n.ready("http")
		n.send(user, friend, "one")
		n.stop()
		logs := n.output.String()
		if (logs != "") != (more != nil) || strings.Contains(logs, password) || strings.Contains(logs, "admin-password") {
			t.Errorf("%v: %q", more, logs)
		}
	}
}

func TestStopWhileStarting(t *testing.T) {
	n := newNode(t)
	n.provision(false)
	n.start("FAKE_STALWART_START_DELAY=1m")
	n.waitFor("its data folder", func() bool { return n.holds("LOCK") })
	if reachable(n, "http") {
		t.Error("the port is open before its time")
	}
	n.stop()
}

func TestStopSaysGoodbye(t *testing.T) {
	n := running(t)
	wanted := map[string]string{
		"smtp": "421 4.3.0 ", "submissions": "421 4.3.0 ", "imap": "* BYE ", "imaps": "* BYE ", "sieve": "BYE ",
	}
	clients := map[string]*client{}
	for port := range wanted {
		clients[port] = n.greeting(port)
	}
	silent, err := net.Dial("tcp", "127.0.0.1:"+portText(n, "imaps")) // never begins its handshake
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	began := time.Now()
	n.stop()
	if took := time.Since(began); took > 1500*time.Millisecond {
		t.Error("took", took)
	}
	for port, start := range wanted {
		if line := clients[port].line(); !strings.HasPrefix(line, start) {
			t.Errorf("%s: %q", port, line)
		}
	}
}
