// Package sieve runs a small part of Sieve (RFC 5228): header tests, keep, discard, stop, and fileinto with :copy and :create.
package sieve

import (
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
)

// Extensions are what a script may require.
const Extensions = "copy fileinto mailbox"

// Filing is a mailbox that a message goes into.
type Filing struct {
	Mailbox string
	Create  bool // where it is missing
}

// Program is a script that can be run.
type Program []statement

type statement struct {
	test   func(mail.Header) bool // nil: in any case
	action string
	filing Filing
	copies bool
	block  []statement
	orElse bool // only where the statement before did not apply
}

// Compile refuses what is no script, or one that wants more than this package knows.
func Compile(text string) (Program, error) {
	tokens, err := split(text)
	if err != nil {
		return nil, err
	}
	parser := parser{tokens: tokens}
	program, err := parser.block("")
	if err != nil {
		return nil, err
	}
	return program, nil
}

// outcome is what happened to a message so far.
type outcome struct {
	filings []Filing
	keeps   bool // at the end, as no action has taken the place of that
	stopped bool
}

func (o *outcome) file(filing Filing) {
	if !slices.Contains(o.filings, filing) {
		o.filings = append(o.filings, filing)
	}
}

// Run tells where the message goes. Nothing: it is discarded. An empty name is the INBOX.
func (p Program) Run(header mail.Header) []Filing {
	result := outcome{keeps: true}
	run(p, header, &result)
	if result.keeps {
		result.file(Filing{})
	}
	return result.filings
}

func run(block []statement, header mail.Header, result *outcome) {
	applied := false
	for _, one := range block {
		if result.stopped {
			return
		}
		if one.block != nil {
			if one.orElse && applied {
				continue
			}
			applied = one.test == nil || one.test(header)
			if applied {
				run(one.block, header, result)
			}
			continue
		}
		switch one.action {
		case "keep":
			result.keeps = false
			result.file(Filing{})
		case "discard":
			result.keeps = false
		case "stop":
			result.stopped = true
		case "fileinto":
			result.keeps = result.keeps && one.copies
			result.file(one.filing)
		}
	}
}

var errUnfinished = errors.New("the script ends too early")

func unknown(token string) error { return fmt.Errorf("%s is not expected", token) }

// split gives words, numbers and punctuation; a string begins with a quotation mark.
func split(text string) ([]string, error) {
	var tokens []string
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		switch {
		case text[0] == '#':
			_, text, _ = strings.Cut(text, "\n")
		case text[0] == '"':
			value, rest, found := strings.Cut(text[1:], `"`)
			if !found {
				return nil, errUnfinished
			}
			tokens, text = append(tokens, `"`+value), rest
		case strings.IndexByte("{}[](),;", text[0]) >= 0:
			tokens, text = append(tokens, text[:1]), text[1:]
		default:
			end := strings.IndexAny(text[1:], "{}[](),; \t\r\n\"") + 1
			if end == 0 {
				end = len(text)
			}
			tokens, text = append(tokens, strings.ToLower(text[:end])), text[end:]
		}
	}
	return tokens, nil
}
