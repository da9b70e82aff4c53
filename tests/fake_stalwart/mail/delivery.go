package mail

import (
	"fmt"
	"sync/atomic"
	"time"

	"stalwart-e2e/fake-stalwart/accounts"
	"stalwart-e2e/fake-stalwart/store"
)

type counter = atomic.Int64

// deliver puts the message into every INBOX and gives its queue id. When it returns, the message is on the disk: unless
// the server was told to lie.
func (s *Server) deliver(recipients []accounts.Account, content []byte) (string, error) {
	number := s.acknowledged.Add(1)
	id := fmt.Sprintf("%x%05x", time.Now().Unix(), number)
	switch {
	case s.Lies.LoseEvery > 0 && number%int64(s.Lies.LoseEvery) == 0:
		return id, nil
	case s.Lies.AckBeforeWrite > 0:
		time.AfterFunc(s.Lies.AckBeforeWrite, func() { s.write(recipients, content) })
		return id, nil
	}
	return id, s.write(recipients, content)
}

func (s *Server) write(recipients []accounts.Account, content []byte) error {
	for _, recipient := range recipients {
		mailbox, err := s.Store.Mailbox(recipient.ID, store.Inbox)
		if err == nil {
			err = mailbox.Deliver(content)
		}
		if err != nil {
			s.Log("delivery.failed", fmt.Sprintf("to = %q, reason = %q", recipient.Address, err))
			return err
		}
		s.Log("delivery.delivered", fmt.Sprintf("to = %q, size = %d", recipient.Address, len(content)))
	}
	return nil
}
