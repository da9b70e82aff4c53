package mail

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net/mail"
	"sync/atomic"
	"time"
	"unicode"

	"stalwart-e2e/fake-stalwart/accounts"
	"stalwart-e2e/fake-stalwart/sieve"
	"stalwart-e2e/fake-stalwart/store"
)

type counter = atomic.Int64

// deliver puts the message where each account wants it and gives its queue id. When it returns, the message is on the disk: unless
// the server was told to lie.
func (s *Server) deliver(recipients []accounts.Account, content []byte) (string, error) {
	number := s.acknowledged.Add(1)
	id := fmt.Sprintf("%x%05x", time.Now().Unix(), number)
	if s.Lies.Corrupt.Hits(number) {
		content = corrupted(content)
	}
	copies := 1
	if s.Lies.Duplicate.Hits(number) {
		copies = 2
	}
	switch {
	case s.Lies.Lose.Hits(number):
		return id, nil
	case s.Lies.AckBeforeWrite > 0:
		time.AfterFunc(s.Lies.AckBeforeWrite, func() { s.write(recipients, content, copies) })
		return id, nil
	}
	return id, s.write(recipients, content, copies)
}

// corrupted has another letter or digit in the middle of the body, or a letter more where there is none.
func corrupted(content []byte) []byte {
	changed := bytes.Clone(content)
	_, body, _ := bytes.Cut(changed, []byte("\r\n\r\n"))
	for i := range body {
		switch octet := &body[(len(body)/2+i)%len(body)]; {
		case unicode.IsLetter(rune(*octet)) && *octet < unicode.MaxASCII:
			*octet ^= 'a' ^ 'A'
			return changed
		case '0' <= *octet && *octet <= '9':
			*octet ^= 1
			return changed
		}
	}
	return append(changed, 'x')
}

func (s *Server) write(recipients []accounts.Account, content []byte, copies int) error {
	for _, recipient := range recipients {
		if recipient.ID == "" {
			continue // an open relay's
		}
		if err := s.file(recipient.ID, content, copies); err != nil {
			s.Log("delivery.failed", fmt.Sprintf("to = %q, reason = %q", recipient.Address, err))
			return err
		}
		s.Log("delivery.delivered", fmt.Sprintf("to = %q, size = %d", recipient.Address, len(content)))
	}
	return nil
}

// file puts the message where the account's active script says: without one, into the INBOX.
func (s *Server) file(account string, content []byte, copies int) error {
	filings, err := s.filings(account, content)
	if err != nil {
		return err
	}
	for _, filing := range filings {
		mailbox, err := s.Store.Mailbox(account, cmp.Or(filing.Mailbox, store.Inbox))
		if errors.Is(err, store.ErrNoMailbox) && filing.Create {
			if err := s.Store.CreateMailbox(account, filing.Mailbox); err != nil {
				return err
			}
			mailbox, err = s.Store.Mailbox(account, filing.Mailbox)
		} else if errors.Is(err, store.ErrNoMailbox) {
			mailbox, err = s.Store.Mailbox(account, store.Inbox)
		}
		if err != nil {
			return err
		}
		if err := mailbox.Deliver(content); err != nil {
			return err
		}
		for range copies - 1 {
			if _, err := mailbox.Append(content, nil, time.Now()); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Server) filings(account string, content []byte) ([]sieve.Filing, error) {
	_, active, err := s.Store.Scripts(account)
	if err != nil || active == "" {
		return []sieve.Filing{{}}, err
	}
	text, err := s.Store.Script(account, active)
	if err != nil {
		return nil, err
	}
	script, err := sieve.Compile(string(text))
	message, broken := mail.ReadMessage(bytes.NewReader(content))
	if err != nil || broken != nil {
		return []sieve.Filing{{}}, nil
	}
	return script.Run(message.Header), nil
}
