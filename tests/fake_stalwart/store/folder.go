// Package store keeps everything in plain files below one folder: the objects, the mail, the Sieve scripts. What it
// reports as done is synced to the disk and outlives a kill at any moment.
package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"stalwart-e2e/fake-stalwart/lies"
)

const (
	// RocksDB keeps a file of this name too; what is in it tells whose store the folder is.
	currentFile = "CURRENT"
	marker      = "fake-stalwart 0.16\n"
	damageFile  = "DAMAGED-BY-0.16"
)

// Store is an open data folder. It belongs to this process until the process ends.
type Store struct {
	folder    string
	lock      *os.File
	Objects   *Objects
	Lies      lies.Lies // to be set before a mailbox is opened
	mutex     sync.Mutex
	mailboxes map[string]*Mailbox
}

// Open takes the folder, which is made where only it is missing.
func Open(folder string) (*Store, error) {
	if err := os.Mkdir(folder, 0o755); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("cannot make the data store: %w", err)
	}
	lock, err := takeLock(filepath.Join(folder, "LOCK"))
	if err != nil {
		return nil, err
	}
	store := &Store{folder: folder, lock: lock, mailboxes: map[string]*Mailbox{}}
	if err = store.checkOwner(); err == nil {
		store.Objects, err = openObjects(filepath.Join(folder, "objects.json"))
	}
	if err != nil {
		lock.Close()
		return nil, err
	}
	return store, nil
}

// Close lets the next process have the folder.
func (s *Store) Close() { s.lock.Close() }

func takeLock(file string) (*os.File, error) {
	lock, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("cannot open the data store: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		return nil, fmt.Errorf("cannot open the data store: %s is held by another process", file)
	}
	return lock, nil
}

// checkOwner does to a store of 0.15 what 0.16 does: harm. The file that it leaves shows that it came so far.
func (s *Store) checkOwner() error {
	file := filepath.Join(s.folder, currentFile)
	content, err := os.ReadFile(file)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return WriteWhole(file, []byte(marker))
	case err != nil:
		return fmt.Errorf("cannot open the data store: %w", err)
	case bytes.Equal(content, []byte(marker)):
		return nil
	}
	damage := "opened by a server of 0.16, which does not know this layout\n"
	if err := WriteWhole(filepath.Join(s.folder, damageFile), []byte(damage)); err != nil {
		return err
	}
	return fmt.Errorf("%s holds data of an older version, which is now damaged: 0.16 cannot read it", s.folder)
}

// WriteWhole replaces the file: after a kill there is the old content or the new one.
func WriteWhole(file string, content []byte) error {
	draft := file + ".new"
	if err := writeSynced(draft, content); err != nil {
		return err
	}
	if err := os.Rename(draft, file); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(file))
}

// toDisk is how what was written outlives a loss of power.
var toDisk = (*os.File).Sync

// NeverSync leaves all that is written from now on to the kernel.
func NeverSync() { toDisk = func(*os.File) error { return nil } }

func writeSynced(name string, parts ...[]byte) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	for _, part := range parts {
		if _, err := file.Write(part); err != nil {
			return err
		}
	}
	return toDisk(file)
}

func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	defer folder.Close()
	return toDisk(folder)
}
