package mail

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"stalwart-e2e/fake-stalwart/accounts"
	"stalwart-e2e/fake-stalwart/sieve"
	"stalwart-e2e/fake-stalwart/store"
)

const maxScript = 1048576

// sieveSession is a conversation in ManageSieve (RFC 5804).
type sieveSession struct {
	*wire
	server   *Server
	user     accounts.Account
	failures int
}

func (s *sieveSession) line() *wire     { return s.wire }
func (s *sieveSession) goodbye() string { return "BYE \"Server shutting down.\"\r\n" }

func (s *sieveSession) run() error {
	if err := s.capabilities("Stalwart ManageSieve at your service."); err != nil {
		return err
	}
	for {
		text, err := s.readCommand(maxScript, "")
		if errors.Is(err, errTooBig) {
			s.write("BYE \"Request too large.\"\r\n")
		}
		if err != nil {
			return err
		}
		if err := s.command(text); errors.Is(err, errEnd) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (s *sieveSession) capabilities(words string) error {
	lines := []string{`"IMPLEMENTATION" "Stalwart ManageSieve"`, `"VERSION" "1.0"`}
	if !s.secure {
		lines = append(lines, `"STARTTLS"`)
	}
	if s.server.takesPasswords(s.wire) {
		lines = append(lines, `"SASL" "PLAIN OAUTHBEARER XOAUTH2"`)
	} else {
		lines = append(lines, `"SASL" "OAUTHBEARER XOAUTH2"`)
	}
	lines = append(lines, `"SIEVE" "`+sieve.Extensions+`"`, `"MAXREDIRECTS" "1"`)
	return s.write(strings.Join(lines, "\r\n") + "\r\nOK " + quoted(words) + "\r\n")
}

func (s *sieveSession) ok(text string) error { return s.write("OK " + quoted(text) + "\r\n") }
func (s *sieveSession) no(text string) error { return s.write("NO " + quoted(text) + "\r\n") }

func (s *sieveSession) command(text string) error {
	nodes, err := parse(text)
	if err != nil || len(nodes) == 0 {
		return s.no("Invalid command.")
	}
	arguments := texts(nodes[1:])
	switch verb := strings.ToUpper(nodes[0].text); verb {
	case "CAPABILITY":
		return s.capabilities("CAPABILITY completed.")
	case "NOOP":
		if len(arguments) > 0 {
			return s.write(fmt.Sprintf("OK (TAG {%d}\r\n%s) \"Done\"\r\n", len(arguments[0]), arguments[0]))
		}
		return s.ok("Done")
	case "LOGOUT":
		s.ok("Stalwart ManageSieve bids you farewell.")
		return errEnd
	case "STARTTLS":
		return s.upgrade()
	case "AUTHENTICATE":
		return s.authenticate(arguments)
	default:
		if s.user.ID == "" {
			return s.no("Not authenticated.")
		}
		return s.scripts(verb, append(arguments, "", ""))
	}
}

func (s *sieveSession) upgrade() error {
	if s.secure {
		return s.no("Already in TLS mode.")
	}
	if err := s.ok("Begin TLS negotiation now."); err != nil {
		return err
	}
	if err := s.startTLS(s.server.TLS); err != nil {
		return err
	}
	return s.capabilities("Stalwart ManageSieve at your service.")
}

func (s *sieveSession) authenticate(arguments []string) error {
	switch {
	case !s.server.takesPasswords(s.wire):
		return s.write("NO (ENCRYPT-NEEDED) \"Cannot authenticate over plain-text.\"\r\n")
	case s.user.ID != "":
		return s.no("Already authenticated.")
	case len(arguments) == 0 || !strings.EqualFold(arguments[0], "PLAIN"):
		return s.no("Authentication mechanism not supported.")
	case len(arguments) == 1:
		// The client's answer is a string on a line of its own.
		if err := s.write("\"\"\r\n"); err != nil {
			return err
		}
		text, err := s.readCommand(anonymousRequest, "")
		if err != nil {
			return err
		}
		nodes, err := parse(text)
		if err != nil || len(nodes) != 1 {
			return s.no("Invalid SASL response.")
		}
		arguments = append(arguments, nodes[0].text)
	}
	name, password, ok := plainCredentials(arguments[1])
	account, known := s.server.logIn("manageSieve", s.wire, name, password)
	if !ok || !known {
		if s.failures++; s.failures > maxFailures {
			s.write("BYE \"Too many authentication attempts.\"\r\n")
			return errEnd
		}
		return s.no("Authentication failed.")
	}
	s.user = account
	return s.ok("Authentication successful.")
}

func (s *sieveSession) scripts(verb string, arguments []string) (err error) {
	name := arguments[0]
	data := s.server.Store
	switch verb {
	case "LISTSCRIPTS":
		return s.listScripts()
	case "GETSCRIPT":
		content, err := data.Script(s.user.ID, name)
		if err != nil {
			return s.failed(err)
		}
		return s.write(fmt.Sprintf("{%d}\r\n%s\r\nOK\r\n", len(content), content))
	case "HAVESPACE":
		if size, broken := strconv.Atoi(arguments[1]); broken != nil || size > maxScript {
			return s.write("NO (QUOTA/MAXSIZE) \"Too large.\"\r\n")
		}
	case "CHECKSCRIPT":
		_, err = sieve.Compile(name)
	case "PUTSCRIPT":
		if _, err = sieve.Compile(arguments[1]); err == nil {
			err = data.PutScript(s.user.ID, name, []byte(arguments[1]))
		}
	case "RENAMESCRIPT":
		err = data.RenameScript(s.user.ID, name, arguments[1])
	case "SETACTIVE":
		err = data.ActivateScript(s.user.ID, name)
	case "DELETESCRIPT":
		err = data.DeleteScript(s.user.ID, name)
	default:
		return s.no("Command is not known.")
	}
	if err != nil {
		return s.failed(err)
	}
	return s.ok(verb + " completed.")
}

func (s *sieveSession) failed(err error) error {
	code := ""
	switch {
	case errors.Is(err, store.ErrNoScript):
		code = "(NONEXISTENT) "
	case errors.Is(err, store.ErrScriptActive):
		code = "(ACTIVE) "
	case errors.Is(err, store.ErrScriptTaken):
		code = "(ALREADYEXISTS) "
	}
	return s.write("NO " + code + quoted(err.Error()) + "\r\n")
}

func (s *sieveSession) listScripts() error {
	names, active, err := s.server.Store.Scripts(s.user.ID)
	if err != nil {
		return s.no(err.Error())
	}
	var lines strings.Builder
	for _, name := range names {
		lines.WriteString(quoted(name))
		if name == active {
			lines.WriteString(" ACTIVE")
		}
		lines.WriteString("\r\n")
	}
	return s.write(lines.String() + "OK\r\n")
}
