package mail

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"stalwart-e2e/fake-stalwart/accounts"
	"stalwart-e2e/fake-stalwart/store"
)

const (
	anonymousRequest = 8192
	maxRequest       = 52428800
	maxFailures      = 3 // logins that may fail in one session
	beforeLogin      = "IMAP4rev2 IMAP4rev1 ENABLE SASL-IR LITERAL+ ID UTF8=ACCEPT AUTH=PLAIN AUTH=OAUTHBEARER AUTH=XOAUTH2"
	afterLogin       = "IMAP4rev2 IMAP4rev1 ENABLE SASL-IR LITERAL+ ID UTF8=ACCEPT " +
		"IDLE NAMESPACE CHILDREN UNSELECT UIDPLUS ESEARCH SPECIAL-USE MOVE"
)

// imapSession is a conversation in IMAP.
type imapSession struct {
	*wire
	server   *Server
	user     accounts.Account
	failures int

	mailbox  *store.Mailbox // nil while none is selected
	readOnly bool
	view     []store.Message // what the client knows of it, by sequence number
}

// imapCommand is one command on its way.
type imapCommand struct {
	tag       string
	verb      string
	byUID     bool
	arguments []node
}

func (s *imapSession) line() *wire     { return s.wire }
func (s *imapSession) goodbye() string { return "* BYE Server shutting down.\r\n" }

func (s *imapSession) capabilities() string {
	switch {
	case s.user.ID != "":
		return afterLogin
	case s.secure:
		return beforeLogin
	}
	return beforeLogin + " STARTTLS"
}

func (s *imapSession) run() error {
	if err := s.write("* OK [CAPABILITY " + s.capabilities() + "] Stalwart IMAP4rev2 at your service.\r\n"); err != nil {
		return err
	}
	for {
		limit := anonymousRequest
		if s.user.ID != "" {
			limit = maxRequest
		}
		text, err := s.readCommand(limit, "+ Ready for literal data.\r\n")
		if errors.Is(err, errTooBig) || errors.Is(err, errLineTooLong) {
			s.write("* BYE Request too large.\r\n")
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

func (s *imapSession) untagged(format string, arguments ...any) error {
	return s.write("* " + fmt.Sprintf(format, arguments...) + "\r\n")
}

func (s *imapSession) ok(command imapCommand, text string) error {
	return s.write(command.tag + " OK " + text + "\r\n")
}

func (s *imapSession) no(command imapCommand, text string) error {
	return s.write(command.tag + " NO " + text + "\r\n")
}

func (s *imapSession) bad(command imapCommand, text string) error {
	return s.write(command.tag + " BAD " + text + "\r\n")
}

func (s *imapSession) command(text string) error {
	tag, rest, _ := strings.Cut(text, " ")
	nodes, err := parse(rest)
	if tag == "" || err != nil || len(nodes) == 0 {
		return s.write("* BAD Invalid command.\r\n")
	}
	command := imapCommand{tag: tag, verb: strings.ToUpper(nodes[0].text), arguments: nodes[1:]}
	if command.verb == "UID" && len(nodes) > 1 {
		command.verb, command.byUID, command.arguments = strings.ToUpper(nodes[1].text), true, nodes[2:]
	}
	if handle := anyState[command.verb]; handle != nil {
		return handle(s, command)
	}
	handle, selected := authenticated[command.verb], false
	if handle == nil {
		handle, selected = inMailbox[command.verb], true
	}
	switch {
	case handle == nil:
		return s.bad(command, "Command is not known.")
	case s.user.ID == "":
		return s.bad(command, "Not authenticated.")
	case selected && s.mailbox == nil:
		return s.bad(command, "No mailbox selected.")
	}
	if err := s.catchUp(inMailbox[command.verb] == nil || command.verb == "EXPUNGE"); err != nil {
		return err
	}
	return handle(s, command)
}

type imapHandler = func(*imapSession, imapCommand) error

var anyState, authenticated, inMailbox map[string]imapHandler

// Not where they are declared: IDLE leads back to the tables.
func init() {
	anyState = map[string]imapHandler{
		"CAPABILITY": (*imapSession).capability, "LOGOUT": (*imapSession).logout, "ID": (*imapSession).id,
		"STARTTLS": (*imapSession).upgrade, "LOGIN": (*imapSession).login, "AUTHENTICATE": (*imapSession).authenticate,
		"NOOP": (*imapSession).noop,
	}
	authenticated = map[string]imapHandler{
		"ENABLE": (*imapSession).enable, "NAMESPACE": (*imapSession).namespace, "LIST": (*imapSession).list, "LSUB": (*imapSession).list,
		"SELECT": (*imapSession).open, "EXAMINE": (*imapSession).open, "CREATE": (*imapSession).create,
		"STATUS": (*imapSession).status, "APPEND": (*imapSession).append, "IDLE": (*imapSession).idle,
		"SUBSCRIBE": (*imapSession).subscribe, "UNSUBSCRIBE": (*imapSession).subscribe,
		"DELETE": (*imapSession).delete, "RENAME": (*imapSession).rename,
	}
	inMailbox = map[string]imapHandler{
		"FETCH": (*imapSession).fetch, "STORE": (*imapSession).store, "SEARCH": (*imapSession).search,
		"COPY": (*imapSession).copy, "MOVE": (*imapSession).copy,
		"EXPUNGE": (*imapSession).expunge, "CLOSE": (*imapSession).leave, "UNSELECT": (*imapSession).leave, "CHECK": (*imapSession).noop,
	}
}

// catchUp tells the client what has changed. Not while it speaks in sequence numbers: a message that goes would shift them.
func (s *imapSession) catchUp(mayRemove bool) error {
	if s.mailbox == nil {
		return nil
	}
	now, _ := s.mailbox.Messages()
	current := map[uint32]store.Message{}
	for _, message := range now {
		current[message.UID] = message
	}
	last, before := uint32(0), len(s.view)
	kept := []store.Message{}
	var told strings.Builder
	for _, message := range s.view {
		last = message.UID
		if fresh, there := current[message.UID]; there {
			kept = append(kept, fresh)
			if !slices.Equal(fresh.Flags, message.Flags) {
				fmt.Fprintf(&told, "* %d FETCH (FLAGS (%s) UID %d)\r\n", len(kept), strings.Join(fresh.Flags, " "), fresh.UID)
			}
		} else if mayRemove {
			fmt.Fprintf(&told, "* %d EXPUNGE\r\n", len(kept)+1)
			before--
		} else {
			kept = append(kept, message)
		}
	}
	for _, message := range now {
		if message.UID > last {
			kept = append(kept, message)
		}
	}
	s.view = kept
	if len(kept) != before {
		fmt.Fprintf(&told, "* %d EXISTS\r\n", len(kept))
	}
	if told.Len() == 0 {
		return nil
	}
	return s.write(told.String())
}
