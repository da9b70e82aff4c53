package mail

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"stalwart-e2e/fake-stalwart/store"
)

// chosen are the sequence numbers that the set of the first argument means, in the client's view.
func (s *imapSession) chosen(command imapCommand, set numberSet) []int {
	largest := uint32(len(s.view))
	if command.byUID && len(s.view) > 0 {
		largest = s.view[len(s.view)-1].UID
	}
	var numbers []int
	for i, message := range s.view {
		number := uint32(i + 1)
		if command.byUID {
			number = message.UID
		}
		if set.has(number, largest) {
			numbers = append(numbers, i+1)
		}
	}
	return numbers
}

func (s *imapSession) fetch(command imapCommand) error {
	if len(command.arguments) != 2 || !numberSet(command.arguments[0].text).valid() {
		return s.bad(command, "FETCH takes messages and items.")
	}
	items := texts(command.arguments[1].list)
	if !command.arguments[1].isList {
		items = []string{command.arguments[1].text}
	}
	if len(items) == 0 {
		return s.bad(command, "FETCH takes an item at least.")
	}
	if macro := macros[strings.ToUpper(items[0])]; len(items) == 1 && macro != nil {
		items = macro
	}
	if command.byUID && !slices.ContainsFunc(items, func(item string) bool { return strings.EqualFold(item, "UID") }) {
		items = append([]string{"UID"}, items...)
	}
	for _, number := range s.chosen(command, numberSet(command.arguments[0].text)) {
		response, err := s.fetched(number, items)
		if err != nil {
			return s.bad(command, err.Error())
		}
		if err := s.write(response); err != nil {
			return err
		}
	}
	return s.ok(command, "FETCH completed")
}

var macros = map[string][]string{
	"ALL":  {"FLAGS", "INTERNALDATE", "RFC822.SIZE"},
	"FAST": {"FLAGS", "INTERNALDATE", "RFC822.SIZE"},
}

// fetched is the response for one message; nothing, where another session has removed it.
func (s *imapSession) fetched(number int, items []string) (string, error) {
	message := &s.view[number-1]
	var content []byte
	var values []string
	seen := ""
	for _, item := range items {
		name := strings.ToUpper(item)
		if value, known := attribute(*message, name); known {
			values = append(values, value)
			continue
		}
		name, cut := partial(name)
		section, peek, known := bodySection(name)
		if !known {
			return "", fmt.Errorf("FETCH item %s is not known", item)
		}
		if content == nil {
			var err error
			if content, err = s.mailbox.Read(message.UID); err != nil {
				return "", nil
			}
		}
		if !peek && !s.readOnly && !message.Has(`\Seen`) {
			flags := append(slices.Clone(message.Flags), `\Seen`)
			if err := s.mailbox.SetFlags(message.UID, flags); err != nil {
				return "", nil
			}
			message.Flags = flags
			seen = " FLAGS (" + strings.Join(flags, " ") + ")"
		}
		part, origin := cut(partOf(content, section))
		values = append(values, fmt.Sprintf("%s%s {%d}\r\n%s", strings.Replace(name, ".PEEK", "", 1), origin, len(part), part))
	}
	return fmt.Sprintf("* %d FETCH (%s%s)\r\n", number, strings.Join(values, " "), seen), nil
}

func attribute(message store.Message, name string) (string, bool) {
	switch name {
	case "UID":
		return fmt.Sprintf("UID %d", message.UID), true
	case "FLAGS":
		return "FLAGS (" + strings.Join(message.Flags, " ") + ")", true
	case "INTERNALDATE":
		return `INTERNALDATE "` + message.Received.Format(internalDate) + `"`, true
	case "RFC822.SIZE":
		return fmt.Sprintf("RFC822.SIZE %d", message.Size), true
	}
	return "", false
}

var partialSyntax = regexp.MustCompile(`<(\d{1,9})\.(\d{1,9})>$`)

// partial takes "<offset.length>" off an item's name, and gives what cuts the part and tells the offset.
func partial(name string) (string, func([]byte) ([]byte, string)) {
	found := partialSyntax.FindStringSubmatch(name)
	if found == nil {
		return name, func(part []byte) ([]byte, string) { return part, "" }
	}
	offset, _ := strconv.Atoi(found[1])
	length, _ := strconv.Atoi(found[2])
	return strings.TrimSuffix(name, found[0]), func(part []byte) ([]byte, string) {
		start := min(offset, len(part))
		return part[start:min(start+length, len(part))], "<" + found[1] + ">"
	}
}

// bodySection is what stands in the brackets.
func bodySection(name string) (section string, peek, known bool) {
	switch name {
	case "RFC822":
		return "", false, true
	case "RFC822.HEADER":
		return "HEADER", true, true
	}
	rest, peek := strings.CutPrefix(strings.TrimPrefix(name, "BODY"), ".PEEK")
	section = strings.TrimSuffix(strings.TrimPrefix(rest, "["), "]")
	known = strings.HasPrefix(name, "BODY") && rest == "["+section+"]" &&
		(section == "" || section == "HEADER" || section == "TEXT" || strings.HasPrefix(section, "HEADER.FIELDS ("))
	return section, peek, known
}

func partOf(content []byte, section string) []byte {
	header, text, found := bytes.Cut(content, []byte("\r\n\r\n"))
	if found {
		header = content[:len(header)+4]
	}
	switch {
	case section == "":
		return content
	case section == "HEADER":
		return header
	case section == "TEXT":
		return text
	}
	wanted := strings.Fields(strings.Trim(strings.TrimPrefix(section, "HEADER.FIELDS "), "()"))
	var fields []byte
	keep := false
	for line := range bytes.Lines(header) {
		if line[0] != ' ' && line[0] != '\t' {
			name, _, _ := strings.Cut(string(line), ":")
			keep = slices.Contains(wanted, strings.ToUpper(strings.TrimSpace(name)))
		}
		if keep {
			fields = append(fields, line...)
		}
	}
	return append(fields, '\r', '\n')
}
