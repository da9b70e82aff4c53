package mail

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"stalwart-e2e/fake-stalwart/store"
)

const internalDate = "02-Jan-2006 15:04:05 -0700"

var specialUse = map[string]string{"Deleted Items": ` \Trash`, "Drafts": ` \Drafts`, "Junk Mail": ` \Junk`, "Sent Items": ` \Sent`}

func (s *imapSession) enable(command imapCommand) error {
	if err := s.write("* ENABLED\r\n"); err != nil {
		return err
	}
	return s.ok(command, "ENABLE completed")
}

func (s *imapSession) namespace(command imapCommand) error {
	if err := s.untagged(`NAMESPACE (("" "/")) NIL NIL`); err != nil {
		return err
	}
	return s.ok(command, "NAMESPACE completed")
}

func (s *imapSession) subscribe(command imapCommand) error {
	if len(command.arguments) != 1 {
		return s.bad(command, command.verb+" takes a mailbox.")
	}
	err := s.server.Store.Subscribe(s.user.ID, command.arguments[0].text, command.verb == "SUBSCRIBE")
	return s.done(command, err)
}

func (s *imapSession) delete(command imapCommand) error {
	if len(command.arguments) != 1 {
		return s.bad(command, "DELETE takes a mailbox.")
	}
	return s.done(command, s.server.Store.DeleteMailbox(s.user.ID, command.arguments[0].text))
}

func (s *imapSession) rename(command imapCommand) error {
	if len(command.arguments) != 2 {
		return s.bad(command, "RENAME takes two mailboxes.")
	}
	return s.done(command, s.server.Store.RenameMailbox(s.user.ID, command.arguments[0].text, command.arguments[1].text))
}

// done answers a command that changes the mailboxes.
func (s *imapSession) done(command imapCommand, err error) error {
	code := ""
	switch {
	case err == nil:
		return s.ok(command, command.verb+" completed")
	case errors.Is(err, store.ErrNoMailbox):
		code = "[NONEXISTENT] "
	case errors.Is(err, store.ErrMailboxTaken):
		code = "[ALREADYEXISTS] "
	case errors.Is(err, store.ErrMailboxHasChildren):
		code = "[HASCHILDREN] "
	case errors.Is(err, store.ErrMailboxIsStandard):
		code = "[NOPERM] "
	}
	return s.no(command, code+err.Error())
}

// list takes the reference and the pattern out of what LIST may say besides (RFC 5258): all but subscriptions is shown
// anyway.
func (s *imapSession) list(command imapCommand) error {
	subscribed := command.verb == "LSUB"
	if len(command.arguments) > 0 && command.arguments[0].isList {
		chosen := texts(command.arguments[0].list)
		subscribed = slices.ContainsFunc(chosen, func(one string) bool { return strings.EqualFold(one, "SUBSCRIBED") })
	}
	plain := slices.DeleteFunc(slices.Clone(command.arguments), func(one node) bool { return one.isList })
	if len(plain) < 2 {
		return s.bad(command, "LIST takes a reference and a pattern.")
	}
	pattern := plain[0].text + plain[1].text
	if pattern == "" {
		if err := s.untagged(`%s (\Noselect) "/" ""`, command.verb); err != nil {
			return err
		}
		return s.ok(command, command.verb+" completed")
	}
	names, err := s.server.Store.Mailboxes(s.user.ID)
	shown := names
	if subscribed && err == nil {
		shown, err = s.server.Store.Subscriptions(s.user.ID)
	}
	if err != nil {
		return s.no(command, "Mailboxes cannot be read.")
	}
	for _, name := range shown {
		if !matches(pattern, name) || !slices.Contains(names, name) {
			continue
		}
		children := `\HasNoChildren`
		if slices.ContainsFunc(names, func(one string) bool { return strings.HasPrefix(one, name+"/") }) {
			children = `\HasChildren`
		}
		if err := s.untagged(`%s (%s%s) "/" %s`, command.verb, children, specialUse[name], quoted(name)); err != nil {
			return err
		}
	}
	return s.ok(command, command.verb+" completed")
}

// matches knows "*" for anything and "%" for anything within one level.
func matches(pattern, name string) bool {
	if pattern == "" {
		return name == ""
	}
	if pattern[0] != '*' && pattern[0] != '%' {
		return name != "" && strings.EqualFold(pattern[:1], name[:1]) && matches(pattern[1:], name[1:])
	}
	for i := range len(name) + 1 {
		if matches(pattern[1:], name[i:]) {
			return true
		}
		if i < len(name) && pattern[0] == '%' && name[i] == '/' {
			return false
		}
	}
	return false
}

func (s *imapSession) create(command imapCommand) error {
	if len(command.arguments) == 0 {
		return s.bad(command, "CREATE takes a name.")
	}
	return s.done(command, s.server.Store.CreateMailbox(s.user.ID, command.arguments[0].text))
}

// named opens the mailbox of the first argument; where there is none, the client has been told.
func (s *imapSession) named(command imapCommand) (*store.Mailbox, error) {
	if len(command.arguments) == 0 {
		return nil, s.bad(command, command.verb+" takes a mailbox.")
	}
	mailbox, err := s.server.Store.Mailbox(s.user.ID, command.arguments[0].text)
	switch {
	case errors.Is(err, store.ErrNoMailbox) && command.verb == "APPEND":
		return nil, s.no(command, "[TRYCREATE] Mailbox does not exist.")
	case errors.Is(err, store.ErrNoMailbox):
		return nil, s.no(command, "[NONEXISTENT] Mailbox does not exist.")
	case err != nil:
		return nil, s.no(command, "[SERVERBUG] Mailbox cannot be opened.")
	}
	return mailbox, nil
}

func (s *imapSession) open(command imapCommand) error {
	s.mailbox, s.view = nil, nil
	mailbox, err := s.named(command)
	if mailbox == nil {
		return err
	}
	var next uint32
	s.mailbox, s.readOnly = mailbox, command.verb == "EXAMINE"
	s.view, next = mailbox.Messages()
	access := "READ-WRITE"
	if s.readOnly {
		access = "READ-ONLY"
	}
	flags := `\Answered \Flagged \Deleted \Seen \Draft`
	if err := s.write(fmt.Sprintf("* %d EXISTS\r\n* 0 RECENT\r\n* FLAGS (%s)\r\n* OK [PERMANENTFLAGS (%s \\*)] All allowed\r\n"+
		"* OK [UIDVALIDITY %d] UIDs valid\r\n* OK [UIDNEXT %d] Next predicted UID\r\n",
		len(s.view), flags, flags, mailbox.Validity(), next)); err != nil {
		return err
	}
	return s.ok(command, "["+access+"] "+command.verb+" completed")
}

func (s *imapSession) leave(command imapCommand) error {
	if command.verb == "CLOSE" && !s.readOnly {
		if err := s.removeDeleted(func(store.Message) bool { return true }); err != nil {
			return s.no(command, "[SERVERBUG] Messages cannot be removed.")
		}
	}
	s.mailbox, s.view = nil, nil
	return s.ok(command, command.verb+" completed")
}

func (s *imapSession) status(command imapCommand) error {
	mailbox, err := s.named(command)
	if mailbox == nil {
		return err
	}
	messages, next := mailbox.Messages()
	values := map[string]uint32{"MESSAGES": uint32(len(messages)), "UIDNEXT": next, "UIDVALIDITY": mailbox.Validity(), "RECENT": 0}
	for _, message := range messages {
		if !message.Has(`\Seen`) {
			values["UNSEEN"]++
		}
		if message.Has(`\Deleted`) {
			values["DELETED"]++
		}
		values["SIZE"] += uint32(message.Size)
	}
	var items []string
	for _, item := range command.arguments[len(command.arguments)-1].list {
		name := strings.ToUpper(item.text)
		items = append(items, fmt.Sprintf("%s %d", name, values[name]))
	}
	if err := s.untagged("STATUS %s (%s)", quoted(command.arguments[0].text), strings.Join(items, " ")); err != nil {
		return err
	}
	return s.ok(command, "STATUS completed")
}

// append takes: mailbox, flags if any, date if any, message.
func (s *imapSession) append(command imapCommand) error {
	mailbox, err := s.named(command)
	if mailbox == nil {
		return err
	}
	if len(command.arguments) < 2 {
		return s.bad(command, "APPEND takes a message.")
	}
	var flags []string
	received := time.Now()
	for _, one := range command.arguments[1 : len(command.arguments)-1] {
		if one.isList {
			flags = texts(one.list)
		} else if received, err = parseDate(one.text); err != nil {
			return s.bad(command, "APPEND has an invalid date.")
		}
	}
	uid, err := mailbox.Append([]byte(command.arguments[len(command.arguments)-1].text), flags, received)
	if err != nil {
		return s.no(command, "[SERVERBUG] Message cannot be stored.")
	}
	if err := s.catchUp(false); err != nil {
		return err
	}
	return s.ok(command, fmt.Sprintf("[APPENDUID %d %d] APPEND completed", mailbox.Validity(), uid))
}

// A day before the tenth may begin with a space.
func parseDate(text string) (time.Time, error) {
	return time.Parse("_2-Jan-2006 15:04:05 -0700", text)
}

func texts(nodes []node) []string {
	var all []string
	for _, one := range nodes {
		all = append(all, one.text)
	}
	return all
}
