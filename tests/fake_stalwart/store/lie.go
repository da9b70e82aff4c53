package store

import (
	"os"

	"stalwart-e2e/fake-stalwart/lies"
)

// tell does what lies ask for when a mailbox is opened for the first time in a process.
func (m *Mailbox) tell(told lies.Lies) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if told.NewUIDValidity {
		if err := m.record(entry{Validity: m.validity + 1}); err != nil {
			return err
		}
	}
	if m.reuse = told.ReuseUID; !m.reuse {
		return nil
	}
	m.next = m.highest() + 1
	if len(m.messages) < 2 {
		return nil
	}
	if err := m.dealFiles(); err != nil {
		return err
	}
	return m.record(entry{Dealt: true})
}

func (m *Mailbox) highest() uint32 {
	if len(m.messages) == 0 {
		return 0
	}
	return m.messages[len(m.messages)-1].UID
}

// deal gives each UID to the message after the one that has it, and the last UID to the first message.
func (m *Mailbox) deal() {
	dealt := append(m.messages[1:len(m.messages):len(m.messages)], m.messages[0])
	for i := range dealt {
		dealt[i].UID = m.messages[i].UID
	}
	m.messages = dealt
}

// dealFiles does the same to the files.
func (m *Mailbox) dealFiles() error {
	spare := m.file(0) // no message has this UID
	last := len(m.messages) - 1
	if err := os.Rename(m.file(m.messages[0].UID), spare); err != nil {
		return err
	}
	for i := range last {
		if err := os.Rename(m.file(m.messages[i+1].UID), m.file(m.messages[i].UID)); err != nil {
			return err
		}
	}
	if err := os.Rename(spare, m.file(m.messages[last].UID)); err != nil {
		return err
	}
	return syncFolder(m.folder)
}
