package mail

import "strings"

func (s *imapSession) capability(command imapCommand) error {
	if err := s.untagged("CAPABILITY %s", s.capabilities()); err != nil {
		return err
	}
	return s.ok(command, "CAPABILITY completed")
}

func (s *imapSession) noop(command imapCommand) error {
	if err := s.catchUp(true); err != nil {
		return err
	}
	return s.ok(command, command.verb+" completed")
}

func (s *imapSession) id(command imapCommand) error {
	if err := s.untagged(`ID ("name" "Stalwart" "version" "0.16")`); err != nil {
		return err
	}
	return s.ok(command, "ID completed")
}

func (s *imapSession) logout(command imapCommand) error {
	if err := s.write("* BYE Stalwart IMAP4rev2 bids you farewell.\r\n"); err != nil {
		return err
	}
	s.ok(command, "LOGOUT completed")
	return errEnd
}

func (s *imapSession) upgrade(command imapCommand) error {
	if s.secure {
		return s.bad(command, "Already in TLS mode.")
	}
	if err := s.ok(command, "Begin TLS negotiation now."); err != nil {
		return err
	}
	return s.startTLS(s.server.TLS)
}

func (s *imapSession) login(command imapCommand) error {
	switch {
	case !s.server.takesPasswords(s.wire):
		return s.no(command, "LOGIN is disabled on the clear-text port.")
	case len(command.arguments) != 2:
		return s.bad(command, "LOGIN takes a name and a password.")
	}
	return s.logIn(command, command.arguments[0].text, command.arguments[1].text)
}

func (s *imapSession) authenticate(command imapCommand) error {
	if len(command.arguments) == 0 || !strings.EqualFold(command.arguments[0].text, "PLAIN") {
		return s.no(command, "Authentication mechanism not supported.")
	}
	response := ""
	if len(command.arguments) > 1 {
		response = command.arguments[1].text
	} else {
		if err := s.write("+ \r\n"); err != nil {
			return err
		}
		line, err := s.readLine()
		if err != nil {
			return err
		}
		response = line
	}
	name, password, ok := plainCredentials(response)
	if !ok {
		return s.bad(command, "AUTHENTICATE failed: invalid response.")
	}
	return s.logIn(command, name, password)
}

func (s *imapSession) logIn(command imapCommand, name, password string) error {
	if s.user.ID != "" {
		return s.bad(command, "Already authenticated.")
	}
	account, ok := s.server.logIn("imap", s.wire, name, password)
	if !ok {
		if s.failures++; s.failures > maxFailures {
			s.no(command, "Too many authentication attempts.")
			return errEnd
		}
		return s.no(command, "[AUTHENTICATIONFAILED] Authentication failed")
	}
	s.user = account
	return s.ok(command, "[CAPABILITY "+s.capabilities()+"] Authentication successful")
}
