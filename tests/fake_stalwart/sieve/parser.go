package sieve

import (
	"net/mail"
	"slices"
	"strings"
)

// parser takes the tokens one after the other.
type parser struct {
	tokens   []string
	required []string
}

func (p *parser) next() (string, error) {
	if len(p.tokens) == 0 {
		return "", errUnfinished
	}
	token := p.tokens[0]
	p.tokens = p.tokens[1:]
	return token, nil
}

func (p *parser) expect(wanted string) error {
	token, err := p.next()
	if err == nil && token != wanted {
		err = unknown(token)
	}
	return err
}

// block takes statements up to the end, which is a brace or nothing.
func (p *parser) block(end string) ([]statement, error) {
	statements := []statement{}
	for {
		if len(p.tokens) == 0 && end == "" {
			return statements, nil
		}
		token, err := p.next()
		if err != nil {
			return nil, err
		}
		if token == end {
			return statements, nil
		}
		follows := len(statements) > 0 && statements[len(statements)-1].block != nil
		one, err := p.statement(token, follows)
		if err != nil {
			return nil, err
		}
		statements = append(statements, one)
	}
}

func (p *parser) statement(token string, followsIf bool) (one statement, err error) {
	switch {
	case token == "require":
		if p.required, err = p.strings(); err != nil {
			return one, err
		}
		for _, extension := range p.required {
			if !slices.Contains(strings.Fields(Extensions), extension) {
				return one, unknown(extension)
			}
		}
		return one, p.expect(";")
	case token == "keep" || token == "discard" || token == "stop":
		one.action = token
		return one, p.expect(";")
	case token == "fileinto" && slices.Contains(p.required, "fileinto"):
		return p.fileinto()
	case token == "if" || followsIf && token == "elsif":
		if one.test, err = p.test(); err != nil {
			return one, err
		}
	case followsIf && token == "else":
	default:
		return one, unknown(token)
	}
	one.orElse = token != "if"
	if err = p.expect("{"); err == nil {
		one.block, err = p.block("}")
	}
	return one, err
}

func (p *parser) fileinto() (one statement, err error) {
	one.action = "fileinto"
	token, err := p.next()
	for ; err == nil && (token == ":copy" || token == ":create"); token, err = p.next() {
		one.copies = one.copies || token == ":copy"
		one.filing.Create = one.filing.Create || token == ":create"
	}
	if err != nil {
		return one, err
	}
	name, isString := strings.CutPrefix(token, `"`)
	if !isString {
		return one, unknown(token)
	}
	one.filing.Mailbox = name
	return one, p.expect(";")
}

func (p *parser) test() (func(mail.Header) bool, error) {
	token, err := p.next()
	if err != nil {
		return nil, err
	}
	switch token {
	case "true", "false":
		return func(mail.Header) bool { return token == "true" }, nil
	case "not":
		one, err := p.test()
		return func(header mail.Header) bool { return !one(header) }, err
	case "header":
		return p.headerTest()
	}
	return nil, unknown(token)
}

func (p *parser) headerTest() (func(mail.Header) bool, error) {
	match, err := p.next()
	if err != nil || match != ":contains" && match != ":is" {
		return nil, unknown(match)
	}
	names, err := p.strings()
	if err != nil {
		return nil, err
	}
	values, err := p.strings()
	matches := func(header, wanted string) bool {
		header, wanted = strings.ToLower(header), strings.ToLower(wanted)
		return header == wanted || match == ":contains" && strings.Contains(header, wanted)
	}
	return func(header mail.Header) bool {
		return slices.ContainsFunc(names, func(name string) bool {
			return slices.ContainsFunc(values, func(value string) bool { return matches(header.Get(name), value) })
		})
	}, err
}

// strings is a string, or a list of them.
func (p *parser) strings() ([]string, error) {
	token, err := p.next()
	if err != nil {
		return nil, err
	}
	if value, isString := strings.CutPrefix(token, `"`); isString {
		return []string{value}, nil
	}
	if token != "[" {
		return nil, unknown(token)
	}
	var all []string
	for {
		one, err := p.strings()
		if err != nil {
			return nil, err
		}
		all = append(all, one...)
		switch token, err := p.next(); {
		case err != nil:
			return nil, err
		case token == "]":
			return all, nil
		case token != ",":
			return nil, unknown(token)
		}
	}
}
