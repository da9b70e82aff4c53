package store

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	scriptSuffix = ".sieve"
	activeFile   = "active"
)

// ErrNoScript says that there is none of this name.
var ErrNoScript = errors.New("there is no script by that name")

// ErrScriptActive says that it runs for each message that comes in.
var ErrScriptActive = errors.New("the script is active")

// ErrScriptTaken says that there is one of this name already.
var ErrScriptTaken = errors.New("there is a script by that name already")

// Scripts are the names of an account's scripts, and the active one's or nothing.
func (s *Store) Scripts(account string) (names []string, active string, err error) {
	entries, err := os.ReadDir(s.scripts(account))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, "", err
	}
	for _, entry := range entries {
		base, isScript := strings.CutSuffix(entry.Name(), scriptSuffix)
		if name, err := url.PathUnescape(base); err == nil && isScript {
			names = append(names, name)
		}
	}
	content, err := os.ReadFile(filepath.Join(s.scripts(account), activeFile))
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return names, string(content), err
}

// Script gives the text of one.
func (s *Store) Script(account, name string) ([]byte, error) {
	content, err := os.ReadFile(s.scriptFile(account, name))
	if errors.Is(err, os.ErrNotExist) {
		err = ErrNoScript
	}
	return content, err
}

// PutScript keeps it under this name, in the place of an older one.
func (s *Store) PutScript(account, name string, content []byte) error {
	if err := os.MkdirAll(s.scripts(account), 0o755); err != nil {
		return err
	}
	return WriteWhole(s.scriptFile(account, name), content)
}

// ActivateScript makes this one the active one; an empty name leaves none.
func (s *Store) ActivateScript(account, name string) error {
	if name != "" {
		if _, err := s.Script(account, name); err != nil {
			return err
		}
	} else if err := os.MkdirAll(s.scripts(account), 0o755); err != nil {
		return err
	}
	return WriteWhole(filepath.Join(s.scripts(account), activeFile), []byte(name))
}

// DeleteScript removes one that is not active.
func (s *Store) DeleteScript(account, name string) error {
	_, active, err := s.Scripts(account)
	if err != nil {
		return err
	}
	if active == name {
		return ErrScriptActive
	}
	if _, err := s.Script(account, name); err != nil {
		return err
	}
	return os.Remove(s.scriptFile(account, name))
}

// RenameScript gives it another name; the active one stays the active one.
func (s *Store) RenameScript(account, from, to string) error {
	names, active, err := s.Scripts(account)
	switch {
	case err != nil:
		return err
	case !slices.Contains(names, from):
		return ErrNoScript
	case slices.Contains(names, to):
		return ErrScriptTaken
	}
	content, err := s.Script(account, from)
	if err == nil {
		err = s.PutScript(account, to, content)
	}
	if err == nil && active == from {
		err = s.ActivateScript(account, to)
	}
	if err != nil {
		return err
	}
	return os.Remove(s.scriptFile(account, from))
}

func (s *Store) scripts(account string) string { return filepath.Join(s.folder, "scripts", account) }

func (s *Store) scriptFile(account, name string) string {
	return filepath.Join(s.scripts(account), url.PathEscape(name)+scriptSuffix)
}
