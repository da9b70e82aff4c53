package mail

import (
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"

	"stalwart-e2e/fake-stalwart/accounts"
	"stalwart-e2e/fake-stalwart/lies"
	"stalwart-e2e/fake-stalwart/limit"
	"stalwart-e2e/fake-stalwart/store"
)

const stopLimit = 700 * time.Millisecond

// Listener says what is spoken on a port.
type Listener struct {
	Name        string
	Protocol    string
	Port        int
	ImplicitTLS bool
}

// relays tells a port where mail comes in from other servers: nobody logs in there.
func (l Listener) relays() bool { return l.Port == 25 || l.Name == "smtp" }

// Server is what all sessions share.
type Server struct {
	Hostname  string
	TLS       *tls.Config
	Store     *store.Store
	Directory accounts.Directory
	Throttles []Throttle
	// How long SMTP waits for a client.
	SessionTimeout time.Duration
	Lies           lies.Lies
	Bans           *limit.Limiter // counts failed logins; nil where nobody is banned
	Log            func(event, detail string)

	acknowledged counter
	mutex        sync.Mutex
	sessions     map[session]bool
	stopping     bool
}

// session is one connection with its protocol.
type session interface {
	run() error
	goodbye() string // what it says when the server stops
	line() *wire
}

// Speaks is true for the protocols of this package.
func Speaks(protocol string) bool { return makers[protocol] != nil }

var makers = map[string]func(*Server, Listener, *wire) session{
	"smtp":        func(s *Server, l Listener, w *wire) session { return newSMTPSession(s, l, w) },
	"imap":        func(s *Server, _ Listener, w *wire) session { return &imapSession{wire: w, server: s} },
	"manageSieve": func(s *Server, _ Listener, w *wire) session { return &sieveSession{wire: w, server: s} },
	"pop3":        func(_ *Server, _ Listener, w *wire) session { return &pop3Session{wire: w} },
}

// Serve has one conversation.
func (s *Server) Serve(listener Listener, conn net.Conn) {
	if listener.ImplicitTLS {
		conn = tls.Server(conn, s.TLS)
	}
	current := makers[listener.Protocol](s, listener, newWire(conn, listener.ImplicitTLS))
	if !s.enter(current) {
		conn.Close()
		return
	}
	defer s.leave(current)
	if err := current.run(); err != nil {
		s.Log("network.connection-end", fmt.Sprintf("listenerId = %q, reason = %q", listener.Name, err))
	}
	current.line().close("")
}

// Stop says goodbye in all conversations at once and ends them. It does not wait for a client that does not read.
func (s *Server) Stop() {
	s.mutex.Lock()
	s.stopping = true
	var all sync.WaitGroup
	for one := range s.sessions {
		all.Go(func() { one.line().close(one.goodbye()) })
	}
	s.mutex.Unlock()
	ended := make(chan struct{})
	go func() {
		all.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(stopLimit):
	}
}

func (s *Server) enter(one session) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.sessions == nil {
		s.sessions = map[session]bool{}
	}
	if !s.stopping {
		s.sessions[one] = true
	}
	return !s.stopping
}

func (s *Server) leave(one session) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.sessions, one)
}
