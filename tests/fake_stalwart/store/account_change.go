package store

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// ErrMailboxHasChildren says that others lie in it.
var ErrMailboxHasChildren = errors.New("mailbox has children")

// ErrMailboxIsStandard says that every account has it.
var ErrMailboxIsStandard = errors.New("system mailboxes stay as they are")

// DeleteMailbox removes one with its messages. Who has it open sees it empty.
func (s *Store) DeleteMailbox(account, name string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	name = canonical(name)
	family, err := s.family(account, name)
	switch {
	case err != nil:
		return err
	case len(family) > 1:
		return ErrMailboxHasChildren
	}
	mailbox, err := s.open(account, name, false)
	if err != nil {
		return err
	}
	delete(s.mailboxes, mailbox.folder)
	return mailbox.remove()
}

// RenameMailbox gives a mailbox and those in it other names, and by that another UIDVALIDITY.
func (s *Store) RenameMailbox(account, from, to string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	from, to = canonical(from), canonical(to)
	if err := s.mayBeMade(account, to); err != nil {
		return err
	}
	family, err := s.family(account, from)
	if err != nil {
		return err
	}
	for _, one := range above(to) {
		if _, err := s.open(account, one, true); err != nil {
			return err
		}
	}
	for _, one := range family {
		mailbox, err := s.open(account, one, false)
		if err != nil {
			return err
		}
		delete(s.mailboxes, mailbox.folder)
		if err := mailbox.rename(s.mailbox(account, to+strings.TrimPrefix(one, from))); err != nil {
			return err
		}
		s.mailboxes[mailbox.folder] = mailbox
	}
	return nil
}

// family is a mailbox that may go, and those in it.
func (s *Store) family(account, name string) ([]string, error) {
	if slices.Contains(standard, name) {
		return nil, ErrMailboxIsStandard
	}
	names, err := s.Mailboxes(account)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(names, name) {
		return nil, ErrNoMailbox
	}
	return slices.DeleteFunc(names, func(one string) bool { return one != name && !strings.HasPrefix(one, name+"/") }), nil
}

func (m *Mailbox) remove() error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if err := os.RemoveAll(m.folder); err != nil {
		return err
	}
	m.messages = nil
	close(m.changed)
	m.changed = make(chan struct{})
	return syncFolder(filepath.Dir(m.folder))
}

func (m *Mailbox) rename(folder string) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if err := os.Rename(m.folder, folder); err != nil {
		return err
	}
	m.folder = folder
	if err := syncFolder(filepath.Dir(folder)); err != nil {
		return err
	}
	return m.record(entry{Validity: newValidity()})
}
