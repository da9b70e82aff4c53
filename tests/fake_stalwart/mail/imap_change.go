package mail

import (
	"slices"
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
