package mail

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// test tells whether a search finds the message of this sequence number.
type test = func(number int) bool

// search refuses keys that it does not know.
func (s *imapSession) search(command imapCommand) error {
	keys, options := command.arguments, []string(nil)
	if len(keys) > 1 && strings.EqualFold(keys[0].text, "RETURN") && keys[1].isList {
		options, keys = append(texts(keys[1].list), "ESEARCH"), keys[2:]
	}
	wanted, known := s.allOf(keys)
	if !known || len(keys) == 0 {
		return s.bad(command, "SEARCH key is not known.")
	}
	found := []int{}
	for _, number := range s.chosen(command, "1:*") {
		if !wanted(number) {
			continue
		}
		if command.byUID {
			number = int(s.view[number-1].UID)
		}
		found = append(found, number)
	}
	if err := s.untagged("%s", searchAnswer(command, found, options)); err != nil {
		return err
	}
	return s.ok(command, "SEARCH completed")
}

// searchAnswer is that of RFC 4731 where there are options.
func searchAnswer(command imapCommand, found []int, options []string) string {
	numbers := make([]string, len(found))
	for i, number := range found {
		numbers[i] = strconv.Itoa(number)
	}
	if options == nil {
		return strings.TrimSpace("SEARCH " + strings.Join(numbers, " "))
	}
	answer := fmt.Sprintf("ESEARCH (TAG %s)", quoted(command.tag))
	if command.byUID {
		answer += " UID"
	}
	asked := func(option string) bool {
		return slices.ContainsFunc(options, func(one string) bool { return strings.EqualFold(one, option) })
	}
	if asked("COUNT") {
		answer += fmt.Sprintf(" COUNT %d", len(found))
	}
	if asked("MIN") && len(found) > 0 {
		answer += fmt.Sprintf(" MIN %d", slices.Min(found))
	}
	if asked("MAX") && len(found) > 0 {
		answer += fmt.Sprintf(" MAX %d", slices.Max(found))
	}
	if (asked("ALL") || len(options) == 1) && len(found) > 0 {
		answer += " ALL " + strings.Join(numbers, ",")
	}
	return answer
}

func (s *imapSession) allOf(keys []node) (test, bool) {
	var all []test
	for len(keys) > 0 {
		one, used := s.searchKey(keys)
		if used == 0 {
			return nil, false
		}
		all, keys = append(all, one), keys[used:]
	}
	return func(number int) bool {
		return !slices.ContainsFunc(all, func(one test) bool { return !one(number) })
	}, true
}

// searchKey gives a test and how many words it took.
func (s *imapSession) searchKey(keys []node) (test, int) {
	if len(keys) == 0 {
		return nil, 0
	}
	name := strings.ToUpper(keys[0].text)
	switch {
	case keys[0].isList:
		if all, known := s.allOf(keys[0].list); known && len(keys[0].list) > 0 {
			return all, 1
		}
		return nil, 0
	case name == "NOT":
		if one, used := s.searchKey(keys[1:]); used > 0 {
			return func(number int) bool { return !one(number) }, 1 + used
		}
		return nil, 0
	case name == "OR":
		return s.either(keys[1:])
	case numberSet(name).valid():
		return s.inSet(false, numberSet(name)), 1
	case name == "ALL":
		return func(int) bool { return true }, 1
	case flags[name] != "":
		return s.hasFlag(flags[name], true), 1
	case strings.HasPrefix(name, "UN") && flags[name[2:]] != "":
		return s.hasFlag(flags[name[2:]], false), 1
	case name == "HEADER" && len(keys) > 2:
		return s.headerHas(keys[1].text, keys[2].text), 3
	case len(keys) > 1:
		return s.searchKeyWithValue(name, keys[1].text)
	}
	return nil, 0
}

// either is what stands behind OR.
func (s *imapSession) either(keys []node) (test, int) {
	one, used := s.searchKey(keys)
	if used == 0 {
		return nil, 0
	}
	other, more := s.searchKey(keys[used:])
	if more == 0 {
		return nil, 0
	}
	return func(number int) bool { return one(number) || other(number) }, 1 + used + more
}

func (s *imapSession) searchKeyWithValue(name, value string) (test, int) {
	number, _ := strconv.Atoi(value)
	day, dayError := time.Parse("_2-Jan-2006", value)
	received := func(i int) time.Time { return s.view[i-1].Received.UTC().Truncate(24 * time.Hour) }
	switch {
	case name == "CHARSET":
		return func(int) bool { return true }, 2
	case name == "KEYWORD":
		return s.hasFlag(value, true), 2
	case name == "UNKEYWORD":
		return s.hasFlag(value, false), 2
	case name == "UID" && numberSet(value).valid():
		return s.inSet(true, numberSet(value)), 2
	case name == "LARGER" && number > 0:
		return func(i int) bool { return s.view[i-1].Size > number }, 2
	case name == "SMALLER" && number > 0:
		return func(i int) bool { return s.view[i-1].Size < number }, 2
	case name == "BEFORE" && dayError == nil:
		return func(i int) bool { return received(i).Before(day) }, 2
	case name == "ON" && dayError == nil:
		return func(i int) bool { return received(i).Equal(day) }, 2
	case name == "SINCE" && dayError == nil:
		return func(i int) bool { return !received(i).Before(day) }, 2
	case name == "SUBJECT" || name == "FROM" || name == "TO":
		return s.headerHas(name, value), 2
	case name == "TEXT":
		return s.contains("", value), 2
	case name == "BODY":
		return s.contains("TEXT", value), 2
	}
	return nil, 0
}

var flags = map[string]string{
	"SEEN": `\Seen`, "DELETED": `\Deleted`, "FLAGGED": `\Flagged`, "ANSWERED": `\Answered`, "DRAFT": `\Draft`,
}

func (s *imapSession) hasFlag(name string, wanted bool) test {
	return func(number int) bool { return s.view[number-1].Has(name) == wanted }
}

func (s *imapSession) inSet(byUID bool, set numberSet) test {
	numbers := s.chosen(imapCommand{byUID: byUID}, set)
	return func(number int) bool { return slices.Contains(numbers, number) }
}

func (s *imapSession) contains(section, wanted string) test {
	return func(number int) bool {
		content, err := s.mailbox.Read(s.view[number-1].UID)
		return err == nil && bytes.Contains(bytes.ToLower(partOf(content, section)), []byte(strings.ToLower(wanted)))
	}
}

func (s *imapSession) headerHas(field, wanted string) test {
	section := fmt.Sprintf("HEADER.FIELDS (%s)", strings.ToUpper(field))
	return func(number int) bool {
		content, err := s.mailbox.Read(s.view[number-1].UID)
		_, value, found := strings.Cut(string(partOf(content, section)), ":")
		return err == nil && found && strings.Contains(strings.ToLower(value), strings.ToLower(wanted))
	}
}
