package store

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Message is one stored message. It is never changed: other flags make another Message.
type Message struct {
	UID      uint32    `json:"uid"`
	Received time.Time `json:"received"`
	Size     int       `json:"size"`
	ID       string    `json:"id,omitempty"` // its Message-ID
	Flags    []string  `json:"flags,omitempty"`
}

// Has is true where the message carries the flag.
func (m Message) Has(flag string) bool {
	return slices.ContainsFunc(m.Flags, func(one string) bool { return strings.EqualFold(one, flag) })
}

// Mailbox is a folder with a file for each message and an index that only grows.
type Mailbox struct {
	folder   string
	mutex    sync.Mutex
	index    *os.File
	validity uint32
	next     uint32
	messages []Message // by UID
	reuse    bool      // the UID of a last message that was deleted
	changed  chan struct{}
}

// Validity is UIDVALIDITY: it stays for as long as the mailbox has its name.
func (m *Mailbox) Validity() uint32 {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.validity
}

// Messages gives what is there now, and the UID that comes next.
func (m *Mailbox) Messages() ([]Message, uint32) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return slices.Clone(m.messages), m.next
}

// Changed is closed at the next change.
func (m *Mailbox) Changed() <-chan struct{} {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.changed
}

// Deliver adds the message unless the mailbox holds one with the same Message-ID.
func (m *Mailbox) Deliver(content []byte) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	id := MessageID(content)
	if id != "" && slices.ContainsFunc(m.messages, func(one Message) bool { return one.ID == id }) {
		return nil
	}
	_, err := m.add(content, nil, time.Now())
	return err
}

// Append adds the message in any case and gives its UID.
func (m *Mailbox) Append(content []byte, flags []string, received time.Time) (uint32, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.add(content, flags, received)
}

// The message's file comes first: only a line of the index makes it a message, and a file that has none is written over.
func (m *Mailbox) add(content []byte, flags []string, received time.Time) (uint32, error) {
	message := Message{UID: m.next, Received: received, Size: len(content), ID: MessageID(content), Flags: flags}
	if err := writeSynced(m.file(message.UID), content); err != nil {
		return 0, err
	}
	if err := syncFolder(m.folder); err != nil {
		return 0, err
	}
	return message.UID, m.record(entry{Add: &message})
}

// Read gives the text of a message.
func (m *Mailbox) Read(uid uint32) ([]byte, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return os.ReadFile(m.file(uid))
}

// SetFlags replaces the flags of a message.
func (m *Mailbox) SetFlags(uid uint32, flags []string) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.position(uid) < 0 {
		return fmt.Errorf("there is no message %d", uid)
	}
	return m.record(entry{Flag: &Message{UID: uid, Flags: flags}})
}

// Expunge takes the message out for good.
func (m *Mailbox) Expunge(uid uint32) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.position(uid) < 0 {
		return nil
	}
	if err := m.record(entry{Expunge: uid}); err != nil {
		return err
	}
	return os.Remove(m.file(uid))
}

func (m *Mailbox) position(uid uint32) int {
	return slices.IndexFunc(m.messages, func(one Message) bool { return one.UID == uid })
}

func (m *Mailbox) file(uid uint32) string {
	return filepath.Join(m.folder, strconv.FormatUint(uint64(uid), 10)+".eml")
}

// MessageID is what the header field of that name says, or nothing.
func MessageID(content []byte) string {
	header, _, _ := strings.Cut(string(content), "\r\n\r\n")
	header = strings.NewReplacer("\r\n ", " ", "\r\n\t", " ").Replace(header)
	for line := range strings.SplitSeq(header, "\r\n") {
		name, value, found := strings.Cut(line, ":")
		if found && strings.EqualFold(strings.TrimSpace(name), "Message-ID") {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
