package store

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
)

// Subscriptions are the names of the mailboxes that an account has subscribed to: at first those that every account has.
func (s *Store) Subscriptions(account string) ([]string, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.subscribed(account)
}

// Subscribe adds a mailbox that is there, or takes one away.
func (s *Store) Subscribe(account, name string, wanted bool) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	name = canonical(name)
	if _, err := s.open(account, name, slices.Contains(standard, name)); err != nil {
		return err
	}
	names, err := s.subscribed(account)
	if err != nil {
		return err
	}
	names = slices.DeleteFunc(names, func(one string) bool { return one == name })
	if wanted {
		names = append(names, name)
	}
	content, err := json.Marshal(names)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(s.subscriptions(account)), 0o755); err != nil {
		return err
	}
	return WriteWhole(s.subscriptions(account), content)
}

func (s *Store) subscribed(account string) (names []string, err error) {
	content, err := os.ReadFile(s.subscriptions(account))
	if errors.Is(err, os.ErrNotExist) {
		return slices.Clone(standard), nil
	}
	if err == nil {
		err = json.Unmarshal(content, &names)
	}
	return names, err
}

func (s *Store) subscriptions(account string) string {
	return filepath.Join(s.folder, "subscriptions", account+".json")
}
