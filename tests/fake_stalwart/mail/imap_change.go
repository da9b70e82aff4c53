package mail

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"stalwart-e2e/fake-stalwart/store"
)

func (s *imapSession) store(command imapCommand) error {
	if len(command.arguments) < 3 || !numberSet(command.arguments[0].text).valid() {
		return s.bad(command, "STORE takes messages, an item and flags.")
	}
	if s.readOnly {
		return s.no(command, "Mailbox is read-only.")
	}
	item, silent := strings.CutSuffix(strings.ToUpper(command.arguments[1].text), ".SILENT")
	flags := texts(command.arguments[2:])
	if command.arguments[2].isList {
		flags = texts(command.arguments[2].list)
	}
	for _, number := range s.chosen(command, numberSet(command.arguments[0].text)) {
		message := &s.view[number-1]
		changed, known := combined(item, message.Flags, flags)
		if !known {
			return s.bad(command, "STORE item is not known.")
		}
		if s.mailbox.SetFlags(message.UID, changed) != nil {
			continue // Another session has removed it.
		}
		message.Flags = changed
		if silent {
			continue
		}
		if err := s.untagged("%d FETCH (UID %d FLAGS (%s))", number, message.UID, strings.Join(changed, " ")); err != nil {
			return err
		}
	}
	return s.ok(command, "STORE completed")
}

func combined(item string, now, given []string) (flags []string, known bool) {
	in := func(flag string, flags []string) bool {
		return slices.ContainsFunc(flags, func(one string) bool { return strings.EqualFold(one, flag) })
	}
	switch item {
	case "FLAGS":
		return given, true
	case "+FLAGS":
		added := slices.DeleteFunc(slices.Clone(given), func(flag string) bool { return in(flag, now) })
		return append(slices.Clone(now), added...), true
	case "-FLAGS":
		return slices.DeleteFunc(slices.Clone(now), func(flag string) bool { return in(flag, given) }), true
	}
	return nil, false
}

func (s *imapSession) expunge(command imapCommand) error {
	if s.readOnly {
		return s.no(command, "Mailbox is read-only.")
	}
	concerned := func(store.Message) bool { return true }
	if command.byUID {
		if len(command.arguments) != 1 || !numberSet(command.arguments[0].text).valid() {
			return s.bad(command, "UID EXPUNGE takes messages.")
		}
		numbers := s.chosen(command, numberSet(command.arguments[0].text))
		concerned = func(message store.Message) bool {
			return slices.ContainsFunc(numbers, func(number int) bool { return s.view[number-1].UID == message.UID })
		}
	}
	if err := s.removeDeleted(concerned); err != nil {
		return s.no(command, "[SERVERBUG] Messages cannot be removed.")
	}
	if err := s.catchUp(true); err != nil {
		return err
	}
	return s.ok(command, "EXPUNGE completed")
}

func (s *imapSession) removeDeleted(concerned func(store.Message) bool) error {
	for _, message := range s.view {
		if !message.Has(`\Deleted`) || !concerned(message) {
			continue
		}
		if err := s.mailbox.Expunge(message.UID); err != nil {
			return err
		}
	}
	return nil
}

// search knows what finds messages by flag, number or header field; what it does not know it refuses.
func (s *imapSession) search(command imapCommand) error {
	found := s.chosen(command, "1:*")
	for keys := command.arguments; len(keys) > 0; {
		test, used := s.searchKey(keys)
		if used == 0 {
			return s.bad(command, "SEARCH key is not known.")
		}
		keys = keys[used:]
		found = slices.DeleteFunc(found, func(number int) bool { return !test(number) })
	}
	var line strings.Builder
	for _, number := range found {
		if command.byUID {
			number = int(s.view[number-1].UID)
		}
		line.WriteString(" " + strconv.Itoa(number))
	}
	if err := s.untagged("SEARCH%s", line.String()); err != nil {
		return err
	}
	return s.ok(command, "SEARCH completed")
}

// searchKey gives a test and how many words it took.
func (s *imapSession) searchKey(keys []node) (test func(int) bool, used int) {
	name := strings.ToUpper(keys[0].text)
	flag := func(name string, wanted bool) func(int) bool {
		return func(number int) bool { return s.view[number-1].Has(name) == wanted }
	}
	in := func(byUID bool, set numberSet) func(int) bool {
		numbers := s.chosen(imapCommand{byUID: byUID}, set)
		return func(number int) bool { return slices.Contains(numbers, number) }
	}
	switch {
	case name == "ALL":
		return func(int) bool { return true }, 1
	case name == "CHARSET" && len(keys) > 1:
		return func(int) bool { return true }, 2
	case flags[name] != "":
		return flag(flags[name], true), 1
	case strings.HasPrefix(name, "UN") && flags[name[2:]] != "":
		return flag(flags[name[2:]], false), 1
	case name == "UID" && len(keys) > 1 && numberSet(keys[1].text).valid():
		return in(true, numberSet(keys[1].text)), 2
	case name == "HEADER" && len(keys) > 2:
		return s.headerHas(keys[1].text, keys[2].text), 3
	case name == "SUBJECT" && len(keys) > 1:
		return s.headerHas(name, keys[1].text), 2
	case numberSet(name).valid():
		return in(false, numberSet(name)), 1
	}
	return nil, 0
}

var flags = map[string]string{
	"SEEN": `\Seen`, "DELETED": `\Deleted`, "FLAGGED": `\Flagged`, "ANSWERED": `\Answered`, "DRAFT": `\Draft`,
}

func (s *imapSession) headerHas(field, wanted string) func(int) bool {
	section := fmt.Sprintf("HEADER.FIELDS (%s)", strings.ToUpper(field))
	return func(number int) bool {
		content, err := s.mailbox.Read(s.view[number-1].UID)
		_, value, found := strings.Cut(string(partOf(content, section)), ":")
		return err == nil && found && strings.Contains(strings.ToLower(value), strings.ToLower(wanted))
	}
}
