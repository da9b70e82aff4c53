package mail

import (
	"fmt"
	"net"

	"stalwart-e2e/fake-stalwart/accounts"
)

// takesPasswords says whether there are logins by password on a connection.
func (s *Server) takesPasswords(w *wire) bool { return w.secure || s.Lies.AuthBeforeTLS }

// logIn checks a name and a password for every protocol.
func (s *Server) logIn(protocol string, w *wire, name, password string) (accounts.Account, bool) {
	if s.Lies.LeakPassword {
		s.Log("auth.attempt", fmt.Sprintf("protocol = %q, name = %q, secret = %q", protocol, name, password))
	}
	account, ok := s.Directory.LogIn(name, password)
	if ok {
		return account, true
	}
	s.Log("auth.failed", fmt.Sprintf("protocol = %q", protocol))
	if s.Bans != nil {
		s.Bans.Allows(w.remoteIP())
	}
	return account, false
}

func (w *wire) remoteIP() string {
	host, _, _ := net.SplitHostPort(w.raw.RemoteAddr().String())
	return host
}
