package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	asProgram = "TEST_AS_PROGRAM"
	domain    = "example.org"
	user      = "user1@example.org"
	friend    = "user2@example.org"
	password  = "correct horse battery staple 1"
	patience  = 10 * time.Second
)

// The test program is the server too, when a test starts it so.
func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// node is a data folder, a set of ports, and a process at a time.
type node struct {
	t      *testing.T
	folder string
	ports  map[string]int
	extra  []string // of the environment
	cmd    *exec.Cmd
	output *bytes.Buffer
	errors *bytes.Buffer
	ended  chan struct{}
}

func newNode(t *testing.T, extra ...string) *node {
	n := &node{t: t, folder: t.TempDir(), ports: map[string]int{}, extra: extra}
	n.ports["recovery"] = freePort(t)
	for _, one := range listeners {
		n.ports[one.name] = freePort(t)
	}
	n.config(`{"@type":"RocksDb","path":"` + n.path("data") + `"}`)
	t.Cleanup(n.kill)
	return n
}

var usedPorts = map[int]bool{}

// freePort keeps out of the range that outgoing connections take theirs from, and gives none twice.
func freePort(t *testing.T) int {
	for range 100 {
		port := 12000 + rand.IntN(20000)
		if usedPorts[port] {
			continue
		}
		usedPorts[port] = true
		if socket, err := net.Listen("tcp", fmt.Sprintf(":%d", port)); err == nil {
			socket.Close()
			return port
		}
	}
	t.Fatal("no free port was found")
	return 0
}

func (n *node) path(name string) string { return filepath.Join(n.folder, name) }

func (n *node) file(name, text string) {
	n.t.Helper()
	err := os.MkdirAll(filepath.Dir(n.path(name)), 0o755)
	if err == nil {
		err = os.WriteFile(n.path(name), []byte(text), 0o644)
	}
	if err != nil {
		n.t.Fatal(err)
	}
}

func (n *node) config(text string) { n.file("config.json", text) }

func (n *node) start(extra ...string) {
	n.t.Helper()
	n.startWith([]string{"--config", n.path("config.json")}, extra...)
}

func (n *node) startWith(arguments []string, extra ...string) {
	n.t.Helper()
	n.cmd = exec.Command(os.Args[0], arguments...)
	n.cmd.Env = append([]string{asProgram + "=1", "STALWART_RECOVERY_ADMIN=admin:admin-password",
		fmt.Sprintf("STALWART_RECOVERY_MODE_PORT=%d", n.ports["recovery"])}, append(n.extra, extra...)...)
	n.output, n.errors, n.ended = &bytes.Buffer{}, &bytes.Buffer{}, make(chan struct{})
	n.cmd.Stdout, n.cmd.Stderr = n.output, n.errors
	if err := n.cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	go func(cmd *exec.Cmd, ended chan struct{}) {
		cmd.Wait()
		close(ended)
	}(n.cmd, n.ended)
}

// exit waits for the end and gives its code.
func (n *node) exit() int {
	n.t.Helper()
	select {
	case <-n.ended:
	case <-time.After(patience):
		n.t.Fatal("the server did not end")
	}
	return n.cmd.ProcessState.ExitCode()
}

func (n *node) kill() {
	if n.cmd != nil {
		n.cmd.Process.Kill()
		<-n.ended
	}
}

func (n *node) stop() {
	n.t.Helper()
	n.cmd.Process.Signal(syscall.SIGTERM)
	if code := n.exit(); code != 0 {
		n.t.Fatalf("exit code %d: %s", code, n.errors)
	}
}

func (n *node) url(port, path string) string {
	return fmt.Sprintf("http://127.0.0.1:%d%s", n.ports[port], path)
}

func (n *node) waitFor(what string, condition func() bool) {
	n.t.Helper()
	for deadline := time.Now().Add(patience); !condition(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			n.t.Fatalf("waited in vain for %s: %s", what, n.errors)
		}
	}
}

// ready waits for the health endpoint; in normal mode for the listener that is opened last, too.
func (n *node) ready(port string) {
	n.t.Helper()
	n.waitFor("a healthy server", func() bool {
		response, err := http.Get(n.url(port, "/healthz/ready"))
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == 200 && (port == "recovery" || reachable(n, "submissions"))
	})
}

// holds says whether the process has a file of this name open.
func (n *node) holds(name string) bool {
	links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", n.cmd.Process.Pid))
	return slices.ContainsFunc(links, func(link string) bool {
		target, _ := os.Readlink(link)
		return filepath.Base(target) == name
	})
}

func (n *node) jmap(port, calls string) string {
	n.t.Helper()
	body := `{"using":["urn:ietf:params:jmap:core","urn:stalwart:jmap"],"methodCalls":[` + calls + `]}`
	request, _ := http.NewRequest("POST", n.url(port, "/jmap"), strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.SetBasicAuth("admin", "admin-password")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		n.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != 200 || !json.Valid(text) {
		n.t.Fatalf("%d %v: %s", response.StatusCode, err, text)
	}
	return string(text)
}

var listeners = []struct {
	name, protocol string
	implicit       bool
}{
	{"http", "http", false}, {"https", "http", true}, {"smtp", "smtp", false}, {"submission", "smtp", false},
	{"submissions", "smtp", true}, {"imap", "imap", false}, {"imaps", "imap", true}, {"pop3s", "pop3", true},
	{"sieve", "manageSieve", false},
}

func (n *node) listenersJSON() string {
	var all []string
	for _, one := range listeners {
		all = append(all, fmt.Sprintf(`"%[1]s":{"name":"%[1]s","protocol":"%s","bind":{"[::]:%d":true},"tlsImplicit":%t}`,
			one.name, one.protocol, n.ports[one.name], one.implicit))
	}
	return strings.Join(all, ",")
}

func accountJSON(key, name string) string {
	return fmt.Sprintf(`"%s":{"@type":"User","name":"%s","domainId":"#dom","roles":{"@type":"User"},
		"credentials":{"0":{"@type":"Password","secret":"%s"}}}`, key, name, password)
}

// provision does what the chart does, and ends: recovery mode, one request, SIGTERM, rename.
func (n *node) provision(throttles bool, more ...string) {
	n.t.Helper()
	draft, data := n.path("draft"), n.path("data")
	n.config(`{"@type":"RocksDb","path":"` + draft + `"}`)
	n.start("STALWART_RECOVERY_MODE=1")
	n.ready("recovery")
	calls := append([]string{
		`["x:NetworkListener/set",{"create":{` + n.listenersJSON() + `}},"a"]`,
		`["x:Domain/set",{"create":{"dom":{"name":"` + domain + `"}}},"b"]`,
		`["x:SystemSettings/set",{"update":{"singleton":{"defaultHostname":"mail.example.org"}}},"c"]`,
		`["x:Account/set",{"create":{` + accountJSON("u1", "user1") + "," + accountJSON("u2", "user2") + `}},"d"]`,
	}, more...)
	if !throttles {
		calls = append(calls, `["x:MtaInboundThrottle/set",{"create":{"t":{"enable":false,"rate":{"count":1,"period":1}}}},"t"]`)
	}
	answer := n.jmap("recovery", strings.Join(calls, ","))
	if strings.Contains(answer, `"not`) || strings.Contains(answer, `"error"`) {
		n.t.Fatal(answer)
	}
	n.stop()
	if err := os.Rename(draft, data); err != nil {
		n.t.Fatal(err)
	}
	n.config(`{"@type":"RocksDb","path":"` + data + `"}`)
}

// running is a provisioned server in normal mode, without throttles.
func running(t *testing.T, extra ...string) *node {
	t.Helper()
	n := newNode(t, extra...)
	n.provision(false)
	n.start()
	n.ready("http")
	return n
}
