package mail

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"stalwart-e2e/fake-stalwart/store"
)

// copy is MOVE too (RFC 6851).
func (s *imapSession) copy(command imapCommand) error {
	if len(command.arguments) != 2 || !numberSet(command.arguments[0].text).valid() {
		return s.bad(command, command.verb+" takes messages and a mailbox.")
	}
	moves := command.verb == "MOVE"
	if moves && s.readOnly {
		return s.no(command, "Mailbox is read-only.")
	}
	target, err := s.server.Store.Mailbox(s.user.ID, command.arguments[1].text)
	switch {
	case errors.Is(err, store.ErrNoMailbox):
		return s.no(command, "[TRYCREATE] Destination mailbox does not exist.")
	case err != nil:
		return s.no(command, "[SERVERBUG] Mailbox cannot be opened.")
	case target == s.mailbox:
		return s.no(command, "[CANNOT] Source and destination mailboxes are the same.")
	}
	code, err := s.copyAll(command, target, moves)
	switch {
	case err != nil:
		return s.no(command, "[SERVERBUG] Messages cannot be copied.")
	case code == "":
		return s.ok(command, "No messages were concerned.")
	case !moves:
		return s.ok(command, code+" COPY completed")
	}
	if err := s.untagged("OK %s Messages moved", code); err != nil {
		return err
	}
	if err := s.catchUp(true); err != nil {
		return err
	}
	return s.ok(command, "MOVE completed")
}

// copyAll gives the response code that tells old and new UIDs; nothing where there was no message.
func (s *imapSession) copyAll(command imapCommand, target *store.Mailbox, moves bool) (string, error) {
	var from, to []string
	for _, number := range s.chosen(command, numberSet(command.arguments[0].text)) {
		message := s.view[number-1]
		content, err := s.mailbox.Read(message.UID)
		if err != nil {
			continue // Another session has removed it.
		}
		uid, err := target.Append(content, message.Flags, message.Received)
		if err == nil && moves {
			err = s.mailbox.Expunge(message.UID)
		}
		if err != nil {
			return "", err
		}
		from = append(from, strconv.Itoa(int(message.UID)))
		to = append(to, strconv.Itoa(int(uid)))
	}
	if len(from) == 0 {
		return "", nil
	}
	return fmt.Sprintf("[COPYUID %d %s %s]", target.Validity(), strings.Join(from, ","), strings.Join(to, ",")), nil
}
