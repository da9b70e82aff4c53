package mail

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"stalwart-e2e/fake-stalwart/accounts"
)

const (
	maxMessage    = 104857600
	maxRecipients = 100
	maxMessages   = 10 // in one session
	maxRefused    = 5  // recipients
	maxFailed     = 3  // logins
)

var errEnd = errors.New("the session has ended")

// smtpSession is a conversation in SMTP: with other servers on port 25, with users elsewhere.
type smtpSession struct {
	*wire
	server   *Server
	listener Listener

	greeted    string // the name that the client gave itself
	user       accounts.Account
	inMail     bool // between MAIL and the end of the message
	from       string
	recipients []accounts.Account
	chunks     []byte // of BDAT, until the last one
	messages   int
	refused    int // recipients
	failed     int // logins
}

func newSMTPSession(server *Server, listener Listener, wire *wire) *smtpSession {
	wire.patience = server.SessionTimeout
	return &smtpSession{wire: wire, server: server, listener: listener}
}

func (s *smtpSession) line() *wire { return s.wire }

func (s *smtpSession) goodbye() string {
	return "421 4.3.0 " + s.server.Hostname + " Server shutting down.\r\n"
}

func (s *smtpSession) run() error {
	if err := s.reply("220 %s Stalwart ESMTP at your service", s.server.Hostname); err != nil {
		return err
	}
	err := s.converse()
	switch {
	case errors.Is(err, errEnd):
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		s.reply("221 2.0.0 Disconnecting inactive client.")
	}
	return err
}

func (s *smtpSession) converse() error {
	for {
		line, err := s.readLine()
		if err != nil {
			return err
		}
		if err := s.command(line); err != nil {
			return err
		}
	}
}

func (s *smtpSession) reply(format string, arguments ...any) error {
	return s.write(fmt.Sprintf(format, arguments...) + "\r\n")
}

func (s *smtpSession) command(line string) error {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		return s.hello(strings.ToUpper(verb), rest)
	case "STARTTLS":
		return s.upgrade()
	case "AUTH":
		return s.auth(rest)
	case "MAIL":
		return s.mail(rest)
	case "RCPT":
		return s.rcpt(rest)
	case "DATA":
		return s.data()
	case "BDAT":
		return s.chunk(rest)
	case "RSET":
		s.reset()
		return s.reply("250 2.0.0 OK")
	case "NOOP":
		return s.reply("250 2.0.0 OK")
	case "VRFY", "EXPN":
		return s.reply("252 2.5.1 VRFY is disabled.")
	case "HELP":
		return s.reply("250 2.0.0 Help can be found at https://stalw.art")
	case "QUIT":
		s.reply("221 2.0.0 Bye.")
		return errEnd
	}
	return s.reply("500 5.5.1 Invalid command.")
}

func (s *smtpSession) reset() { s.inMail, s.from, s.recipients, s.chunks = false, "", nil, nil }

func (s *smtpSession) hello(verb, name string) error {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return s.reply("501 5.5.2 Syntax error, expected: EHLO domain")
	case s.listener.relays() && !strings.Contains(name, "."):
		return s.reply("550 5.5.0 Invalid EHLO domain.")
	}
	s.reset()
	s.greeted = name
	if verb == "HELO" {
		return s.reply("250 %s you had me at HELO", s.server.Hostname)
	}
	lines := []string{s.server.Hostname + " you had me at EHLO"}
	if !s.secure {
		lines = append(lines, "STARTTLS")
	}
	lines = append(lines, "SMTPUTF8", fmt.Sprintf("SIZE %d", maxMessage), "PIPELINING", "ENHANCEDSTATUSCODES",
		"CHUNKING", "BINARYMIME", "8BITMIME")
	switch {
	case s.listener.relays():
	case s.server.takesPasswords(s.wire):
		lines = append(lines, "AUTH PLAIN LOGIN XOAUTH2 OAUTHBEARER")
	default:
		lines = append(lines, "AUTH XOAUTH2 OAUTHBEARER")
	}
	return s.write("250-" + strings.Join(lines[:len(lines)-1], "\r\n250-") + "\r\n250 " + lines[len(lines)-1] + "\r\n")
}

func (s *smtpSession) upgrade() error {
	if s.secure {
		return s.reply("504 5.7.4 Already in TLS mode.")
	}
	if err := s.reply("220 2.0.0 Ready to start TLS."); err != nil {
		return err
	}
	s.reset()
	s.greeted = ""
	return s.startTLS(s.server.TLS)
}
