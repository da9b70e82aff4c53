package mail

import (
	"encoding/base64"
	"strings"
)

func (s *smtpSession) auth(rest string) error {
	mechanism, initial, _ := strings.Cut(rest, " ")
	switch {
	case s.listener.relays():
		return s.reply("503 5.5.1 AUTH not allowed.")
	case s.greeted == "":
		return s.reply("503 5.5.1 Polite people say EHLO first.")
	case s.user.ID != "":
		return s.reply("503 5.5.1 Already authenticated.")
	}
	switch mechanism = strings.ToUpper(mechanism); {
	case mechanism == "PLAIN" && s.server.takesPasswords(s.wire):
		return s.authPlain(initial)
	case mechanism == "LOGIN" && s.server.takesPasswords(s.wire):
		return s.authLogin(initial)
	case mechanism == "XOAUTH2" || mechanism == "OAUTHBEARER":
		return s.authBearer(initial)
	}
	return s.reply("554 5.7.8 Authentication mechanism not supported.")
}

func (s *smtpSession) authPlain(initial string) error {
	response, err := s.orAsk(initial, "")
	if err != nil {
		return err
	}
	name, password, ok := plainCredentials(response)
	return s.authenticate(name, password, ok)
}

func (s *smtpSession) authLogin(initial string) error {
	name, err := s.orAsk(initial, "Username:")
	if err != nil {
		return err
	}
	password, err := s.orAsk("", "Password:")
	if err != nil {
		return err
	}
	nameText, nameErr := base64.StdEncoding.DecodeString(name)
	passwordText, passwordErr := base64.StdEncoding.DecodeString(password)
	return s.authenticate(string(nameText), string(passwordText), nameErr == nil && passwordErr == nil)
}

// authBearer refuses: nobody here gives out tokens.
func (s *smtpSession) authBearer(initial string) error {
	if _, err := s.orAsk(initial, ""); err != nil {
		return err
	}
	return s.authenticate("", "", true)
}

// orAsk gives what came along with the command, or else asks for it.
func (s *smtpSession) orAsk(initial, challenge string) (string, error) {
	if initial != "" {
		return initial, nil
	}
	if err := s.reply("334 %s", base64.StdEncoding.EncodeToString([]byte(challenge))); err != nil {
		return "", err
	}
	return s.readLine()
}

func (s *smtpSession) authenticate(name, password string, wellFormed bool) error {
	if !wellFormed {
		return s.noLogin("500 5.5.6 Invalid challenge.")
	}
	account, ok := s.server.logIn("smtp", s.wire, name, password)
	if !ok {
		return s.noLogin("535 5.7.8 Authentication credentials invalid.")
	}
	s.user = account
	return s.reply("235 2.7.0 Authentication succeeded.")
}

// noLogin ends the session when it was the last of the failures that one may have.
func (s *smtpSession) noLogin(reply string) error {
	s.failed++
	if err := s.reply("%s", reply); err != nil || s.failed < maxFailed {
		return err
	}
	s.reply("455 4.3.0 Too many authentication errors, disconnecting.")
	return errEnd
}

// plainCredentials takes a PLAIN response apart (RFC 4616).
func plainCredentials(encoded string) (name, password string, ok bool) {
	text, err := base64.StdEncoding.DecodeString(encoded)
	parts := strings.Split(string(text), "\x00")
	if err != nil || len(parts) != 3 {
		return "", "", false
	}
	return parts[1], parts[2], true
}
