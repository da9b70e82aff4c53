package mail

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// node is an atom, a string or a list of the grammar that IMAP and ManageSieve share.
type node struct {
	text   string
	list   []node
	isList bool
}

var (
	literalEnd = regexp.MustCompile(`\{(\d{1,9})(\+?)\}$`)
	errSyntax  = errors.New("syntax error")
	errTooBig  = errors.New("request too large")
)

// readCommand reads a line with the literals in it. askFor is said before a literal that waits for consent.
func (w *wire) readCommand(limit int, askFor string) (string, error) {
	text := ""
	for {
		line, err := w.readLine()
		if err != nil {
			return "", err
		}
		text += line
		found := literalEnd.FindStringSubmatch(line)
		if found == nil {
			return text, nil
		}
		size, _ := strconv.Atoi(found[1])
		if len(text)+size > limit {
			return "", errTooBig
		}
		if found[2] == "" && askFor != "" {
			if err := w.write(askFor); err != nil {
				return "", err
			}
		}
		literal, err := w.readFull(size)
		if err != nil {
			return "", err
		}
		text += "\r\n" + string(literal)
	}
}

// parse takes a whole command apart.
func parse(text string) ([]node, error) {
	nodes, rest, err := parseUntil(text, false)
	if err == nil && rest != "" {
		err = errSyntax
	}
	return nodes, err
}

func parseUntil(text string, inList bool) (nodes []node, rest string, err error) {
	for {
		text = strings.TrimLeft(text, " ")
		switch {
		case text == "" && inList:
			return nil, "", errSyntax
		case text == "" || text[0] == ')' && !inList:
			return nodes, text, nil
		case text[0] == ')':
			return nodes, text[1:], nil
		}
		var one node
		if text[0] == '(' {
			one.isList = true
			one.list, text, err = parseUntil(text[1:], true)
		} else {
			one.text, text, err = parseString(text)
		}
		if err != nil {
			return nil, "", err
		}
		nodes = append(nodes, one)
	}
}

func parseString(text string) (value, rest string, err error) {
	switch text[0] {
	case '"':
		return parseQuoted(text[1:])
	case '{':
		head, body, _ := strings.Cut(text, "\r\n")
		found := literalEnd.FindStringSubmatch(head)
		if found == nil || len(found[0]) != len(head) {
			return "", "", errSyntax
		}
		size, _ := strconv.Atoi(found[1])
		if size > len(body) {
			return "", "", errSyntax
		}
		return body[:size], body[size:], nil
	}
	return parseAtom(text)
}

func parseQuoted(text string) (value, rest string, err error) {
	var plain strings.Builder
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			return plain.String(), text[i+1:], nil
		case '\\':
			i++
			if i == len(text) {
				return "", "", errSyntax
			}
		}
		plain.WriteByte(text[i])
	}
	return "", "", errSyntax
}

// parseAtom takes what stands in brackets along: BODY[HEADER.FIELDS (FROM)] is one.
func parseAtom(text string) (value, rest string, err error) {
	inBrackets := false
	for i := range len(text) {
		switch {
		case text[i] == '[':
			inBrackets = true
		case text[i] == ']':
			inBrackets = false
		case strings.IndexByte(" ()", text[i]) >= 0 && !inBrackets:
			return text[:i], text[i:], nil
		}
	}
	return text, "", nil
}

func quoted(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// numberSet is "1,3:5,7:*". The star is the largest number there is.
type numberSet string

var setSyntax = regexp.MustCompile(`^(\d+|\*)(:(\d+|\*))?(,(\d+|\*)(:(\d+|\*))?)*$`)

func (n numberSet) valid() bool { return setSyntax.MatchString(string(n)) }

func (n numberSet) has(number, largest uint32) bool {
	value := func(text string) uint32 {
		if text == "*" {
			return largest
		}
		parsed, _ := strconv.ParseUint(text, 10, 32)
		return uint32(parsed)
	}
	for part := range strings.SplitSeq(string(n), ",") {
		first, last, isRange := strings.Cut(part, ":")
		if !isRange {
			last = first
		}
		from, to := value(first), value(last)
		if min(from, to) <= number && number <= max(from, to) {
			return true
		}
	}
	return false
}
