package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// entry is a line of a mailbox's index: one thing that happened to it.
type entry struct {
	Validity uint32   `json:"validity,omitempty"`
	Add      *Message `json:"add,omitempty"`
	Flag     *Message `json:"flag,omitempty"`
	Expunge  uint32   `json:"expunge,omitempty"`
	Dealt    bool     `json:"dealt,omitempty"` // each UID to the message after the one that had it
}

func openMailbox(folder string) (*Mailbox, error) {
	name := filepath.Join(folder, "index")
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	mailbox := &Mailbox{folder: folder, next: 1, changed: make(chan struct{})}
	// What a kill left half written was never acknowledged.
	whole := content[:bytes.LastIndexByte(content, '\n')+1]
	for line := range bytes.Lines(whole) {
		var one entry
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		mailbox.apply(one)
	}
	if mailbox.validity == 0 {
		return nil, fmt.Errorf("%s does not begin with UIDVALIDITY", name)
	}
	if mailbox.index, err = os.OpenFile(name, os.O_WRONLY|os.O_APPEND, 0); err != nil {
		return nil, err
	}
	return mailbox, mailbox.index.Truncate(int64(len(whole)))
}

func makeMailbox(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	line, err := json.Marshal(entry{Validity: newValidity()})
	if err != nil {
		return err
	}
	if err := WriteWhole(filepath.Join(folder, "index"), append(line, '\n')); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(folder))
}

func newValidity() uint32 { return 1 + rand.Uint32N(1<<31-1) }

func (m *Mailbox) record(one entry) error {
	line, err := json.Marshal(one)
	if err != nil {
		return err
	}
	if _, err := m.index.Write(append(line, '\n')); err != nil {
		return err
	}
	if err := toDisk(m.index); err != nil {
		return err
	}
	m.apply(one)
	close(m.changed)
	m.changed = make(chan struct{})
	return nil
}

func (m *Mailbox) apply(one entry) {
	switch {
	case one.Validity != 0:
		m.validity = one.Validity
	case one.Add != nil:
		m.messages = append(m.messages, *one.Add)
		m.next = one.Add.UID + 1
	case one.Flag != nil:
		if i := m.position(one.Flag.UID); i >= 0 {
			m.messages[i].Flags = one.Flag.Flags
		}
	case one.Expunge != 0:
		if i := m.position(one.Expunge); i >= 0 {
			m.messages = append(m.messages[:i:i], m.messages[i+1:]...)
		}
		if m.reuse {
			m.next = m.highest() + 1
		}
	case one.Dealt:
		m.deal()
	}
}
