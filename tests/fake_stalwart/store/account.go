package store

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Inbox is where new mail goes; its name is the same in every spelling.
const Inbox = "INBOX"

// Every account has these.
var standard = []string{Inbox, "Deleted Items", "Drafts", "Junk Mail", "Sent Items"}

// ErrNoMailbox says that there is none of this name.
var ErrNoMailbox = errors.New("mailbox does not exist")

// ErrMailboxTaken says that there is one of this name already.
var ErrMailboxTaken = errors.New("mailbox already exists")

// Mailboxes are the names of an account's mailboxes, sorted.
func (s *Store) Mailboxes(account string) ([]string, error) {
	names := slices.Clone(standard)
	entries, err := os.ReadDir(filepath.Join(s.folder, "mail", account))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	for _, entry := range entries {
		if name, err := url.PathUnescape(entry.Name()); err == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// Mailbox opens one that is there. Those that every account has are made when they are first asked for.
func (s *Store) Mailbox(account, name string) (*Mailbox, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.open(account, canonical(name), slices.Contains(standard, canonical(name)))
}

// CreateMailbox makes a new one, and those above it that are missing.
func (s *Store) CreateMailbox(account, name string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	name = canonical(name)
	if err := s.mayBeMade(account, name); err != nil {
		return err
	}
	for _, one := range append(above(name), name) {
		if _, err := s.open(account, one, true); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) mayBeMade(account, name string) error {
	if name == "" || strings.HasPrefix(name, ".") || slices.Contains(strings.Split(name, "/"), "") || len(name) > 80 {
		return errors.New("mailbox name cannot be used")
	}
	if _, err := s.open(account, name, slices.Contains(standard, name)); err == nil {
		return ErrMailboxTaken
	}
	return nil
}

// above are the names of the mailboxes that a mailbox lies in, the outermost one first.
func above(name string) []string {
	var all []string
	for i := range len(name) {
		if name[i] == '/' {
			all = append(all, name[:i])
		}
	}
	return all
}

// ForgetAccount removes everything that belongs to the account.
func (s *Store) ForgetAccount(account string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for folder := range s.mailboxes {
		if filepath.Dir(folder) == filepath.Join(s.folder, "mail", account) {
			delete(s.mailboxes, folder)
		}
	}
	return errors.Join(os.RemoveAll(filepath.Join(s.folder, "mail", account)), os.RemoveAll(s.scripts(account)),
		os.RemoveAll(s.subscriptions(account)))
}

func (s *Store) open(account, name string, create bool) (*Mailbox, error) {
	folder := s.mailbox(account, name)
	if mailbox := s.mailboxes[folder]; mailbox != nil {
		return mailbox, nil
	}
	mailbox, err := openMailbox(folder)
	if errors.Is(err, os.ErrNotExist) {
		if !create {
			return nil, ErrNoMailbox
		}
		if err := makeMailbox(folder); err != nil {
			return nil, err
		}
		mailbox, err = openMailbox(folder)
	}
	if err == nil {
		err = mailbox.tell(s.Lies)
	}
	if err == nil {
		s.mailboxes[folder] = mailbox
	}
	return mailbox, err
}

func (s *Store) mailbox(account, name string) string {
	return filepath.Join(s.folder, "mail", account, url.PathEscape(name))
}

func canonical(name string) string {
	if strings.EqualFold(name, Inbox) {
		return Inbox
	}
	return name
}
