package mail

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"stalwart-e2e/fake-stalwart/accounts"
)

const (
	tooBig      = "552 5.3.4 Message too big for system."
	maxReceived = 50
)

func (s *smtpSession) mail(rest string) error {
	address, parameters, ok := path(rest, "FROM:")
	switch {
	case s.greeted == "":
		return s.reply("503 5.5.1 Polite people say EHLO first.")
	case !ok:
		return s.reply("501 5.5.2 Invalid MAIL FROM syntax.")
	case s.inMail:
		return s.reply("503 5.5.1 Multiple MAIL commands not allowed.")
	case !s.listener.relays() && s.user.ID == "":
		return s.reply("503 5.5.1 You must authenticate first.")
	case s.user.ID != "" && !strings.EqualFold(address, s.user.Address):
		return s.reply("501 5.5.4 You are not allowed to send from this address.")
	case s.messages >= maxMessages:
		return s.reply("452 4.4.5 Maximum number of messages per session exceeded.")
	}
	for _, parameter := range parameters {
		if reply := wrong(parameter); reply != "" {
			return s.reply("%s", reply)
		}
	}
	s.inMail, s.from = true, address
	return s.reply("250 2.1.0 OK")
}

// wrong is the answer to a parameter of MAIL that is not taken.
func wrong(parameter string) string {
	name, value, _ := strings.Cut(strings.ToUpper(parameter), "=")
	switch {
	case name == "SIZE":
		if size, err := strconv.ParseInt(value, 10, 64); err != nil || size > maxMessage {
			return tooBig
		}
		return ""
	case name == "SMTPUTF8", name == "BODY" && (value == "7BIT" || value == "8BITMIME" || value == "BINARYMIME"):
		return ""
	}
	return fmt.Sprintf("504 5.5.4 Unsupported parameter %q.", name)
}

func (s *smtpSession) rcpt(rest string) error {
	address, _, ok := path(rest, "TO:")
	_, domain, _ := strings.Cut(address, "@")
	switch {
	case !s.inMail:
		return s.reply("503 5.5.1 MAIL is required first.")
	case !ok || address == "":
		return s.reply("501 5.5.2 Invalid RCPT TO syntax.")
	case len(s.recipients) >= maxRecipients:
		return s.reply("455 4.5.3 Too many recipients.")
	case !s.server.Directory.HasDomain(domain):
		if s.server.Lies.OpenRelay {
			s.recipients = append(s.recipients, accounts.Account{Address: address})
			return s.reply("250 2.1.5 OK")
		}
		return s.refuse("550 5.1.2 Relay not allowed.")
	}
	account, known := s.server.Directory.Recipient(address)
	if !known {
		return s.refuse("550 5.1.2 Mailbox does not exist.")
	}
	_, senderDomain, _ := strings.Cut(s.from, "@")
	if !allows(s.server.Throttles, map[string]string{
		"listener": s.listener.Name, "remoteIp": s.remoteIP(), "authenticatedAs": s.user.Address, "heloDomain": s.greeted,
		"sender": s.from, "senderDomain": senderDomain, "rcpt": address, "rcptDomain": domain,
	}) {
		return s.reply("452 4.4.5 Rate limit exceeded, try again later.")
	}
	s.recipients = append(s.recipients, account)
	return s.reply("250 2.1.5 OK")
}

// refuse ends the session with the last of the recipients that may be wrong.
func (s *smtpSession) refuse(reply string) error {
	s.refused++
	if s.refused < maxRefused {
		return s.reply("%s", reply)
	}
	s.reply("451 4.3.0 Too many errors, disconnecting.")
	return errEnd
}

func (s *smtpSession) data() error {
	if len(s.recipients) == 0 {
		return s.reply("503 5.5.1 RCPT is required first.")
	}
	if err := s.reply("354 Start mail input; end with <CRLF>.<CRLF>"); err != nil {
		return err
	}
	content, fits, err := s.readMessage()
	if err != nil {
		return err
	}
	if !fits {
		// As in Stalwart what was begun is still there, until RSET.
		return s.reply(tooBig)
	}
	return s.take(content)
}

// take has a message whose envelope is complete.
func (s *smtpSession) take(content []byte) error {
	recipients, from := s.recipients, s.from
	s.reset()
	received := bytes.Count(content[:len(header(content))], []byte("\nReceived:"))
	switch {
	case len(header(content)) == 0:
		return s.reply("550 5.7.7 Failed to parse message.")
	case received >= maxReceived:
		return s.reply("450 4.4.6 Too many Received headers. Possible loop detected.")
	}
	trace := s.trace() + "Return-Path: <" + from + ">\r\n"
	id, err := s.server.deliver(recipients, append([]byte(trace), content...))
	if err != nil {
		return s.reply("452 4.3.1 Unable to accept message at this time.")
	}
	s.messages++
	return s.reply("250 2.0.0 Message queued with id %s.", id)
}

var fieldName = regexp.MustCompile(`(?m)^[!-9;-~]+:`)

// header is what stands before the first empty line, when there is a field in it.
func header(content []byte) []byte {
	head, _, _ := bytes.Cut(content, []byte("\r\n\r\n"))
	if !fieldName.Match(head) {
		return nil
	}
	return head
}

func (s *smtpSession) trace() string {
	with := "ESMTP"
	if s.secure {
		with += "S"
	}
	if s.user.ID != "" {
		with += "A"
	}
	return fmt.Sprintf("Received: from %s (%s)\r\n\tby %s (Stalwart SMTP) with %s;\r\n\t%s\r\n",
		s.greeted, s.remoteIP(), s.server.Hostname, with, time.Now().Format(time.RFC1123Z))
}

// readMessage reads to the line with a dot alone. Only CRLF ends a line: a bare LF is content, or a message could be smuggled
// in another. As in Stalwart the CRLF before the dot is not kept, and a dot that begins the first line is nothing special.
func (s *smtpSession) readMessage() (content []byte, fits bool, err error) {
	lineBegins, last := false, byte(0)
	fits = true
	for {
		chunk, err := s.readChunk()
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, false, err
		}
		if lineBegins && string(chunk) == ".\r\n" {
			return bytes.TrimSuffix(content, []byte("\r\n")), fits, nil
		}
		ends := bytes.HasSuffix(chunk, []byte("\r\n")) || last == '\r' && string(chunk) == "\n"
		last = chunk[len(chunk)-1]
		if lineBegins {
			chunk = bytes.TrimPrefix(chunk, []byte("."))
		}
		lineBegins = ends
		if fits = fits && len(content)+len(chunk) <= maxMessage; fits {
			content = append(content, chunk...)
		} else {
			content = nil
		}
	}
}

// path takes "FROM:<a@b> SIZE=1" apart.
func path(text, prefix string) (address string, parameters []string, ok bool) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return "", nil, false
	}
	text = strings.TrimSpace(text[len(prefix):])
	address, rest, ok := strings.Cut(strings.TrimPrefix(text, "<"), ">")
	if !ok || !strings.HasPrefix(text, "<") || strings.ContainsAny(address, " \t") {
		return "", nil, false
	}
	return address, strings.Fields(rest), true
}
