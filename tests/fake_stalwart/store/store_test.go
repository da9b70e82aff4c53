package store

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func open(t *testing.T, folder string) *Store {
	t.Helper()
	store, err := Open(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

func reopen(t *testing.T, store *Store) *Store {
	t.Helper()
	store.Close()
	return open(t, store.folder)
}

func inbox(t *testing.T, store *Store) *Mailbox {
	t.Helper()
	mailbox, err := store.Mailbox("b", "inbox")
	if err != nil {
		t.Fatal(err)
	}
	return mailbox
}

func TestFolderIsMadeAndLooksLikeRocksDB(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	open(t, folder)
	if _, err := os.Stat(filepath.Join(folder, "CURRENT")); err != nil {
		t.Error(err)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "missing", "data")); err == nil {
		t.Error("a folder was made below one that is missing")
	}
}

func TestOneProcessToAFolder(t *testing.T) {
	folder := t.TempDir()
	first := open(t, folder)
	if _, err := Open(folder); err == nil || !strings.Contains(err.Error(), "held by another process") {
		t.Errorf("got %v", err)
	}
	reopen(t, first)
}

func TestOlderDataIsDamaged(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "CURRENT"), []byte("MANIFEST-000004\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(folder); err == nil || !strings.Contains(err.Error(), "older version") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(folder, damageFile)); err != nil {
		t.Error(err)
	}
}

func TestObjectsOutliveTheProcess(t *testing.T) {
	store := open(t, t.TempDir())
	first, _ := store.Objects.Add("Domain", Object{"name": "example.org"})
	second, _ := store.Objects.Add("Domain", Object{"name": "example.net"})
	if err := store.Objects.Remove("Domain", second); err != nil || first != "b" {
		t.Fatal(first, err)
	}
	store = reopen(t, store)
	third, _ := store.Objects.Add("Domain", Object{"name": "example.com"})
	if name := store.Objects.Get("Domain", first)["name"]; name != "example.org" || third == second {
		t.Errorf("got %v, and %s after %s", name, third, second)
	}
}

func TestIdsAreInOrder(t *testing.T) {
	store := open(t, t.TempDir())
	var added []string
	for range 70 {
		id, err := store.Objects.Add("AllowedIp", Object{})
		if err != nil {
			t.Fatal(err)
		}
		added = append(added, id)
	}
	if ids := store.Objects.Ids("AllowedIp"); !slices.Equal(ids, added) {
		t.Errorf("got %v", ids)
	}
	if idText(1<<32-1) != "d333333" {
		t.Error(idText(1<<32 - 1))
	}
}

func TestMailOutlivesTheProcess(t *testing.T) {
	store := open(t, t.TempDir())
	mailbox := inbox(t, store)
	validity := mailbox.Validity()
	for _, text := range []string{"Message-ID: <1@x>\r\n\r\none", "Message-Id:\r\n <2@x>\r\n\r\ntwo",
		"message-id: <1@x>\r\n\r\nagain"} {
		if err := mailbox.Deliver([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(mailbox.SetFlags(2, []string{`\Seen`}), mailbox.Expunge(1)); err != nil {
		t.Fatal(err)
	}
	mailbox = inbox(t, reopen(t, store))
	messages, next := mailbox.Messages()
	if len(messages) != 1 || messages[0].UID != 2 || !messages[0].Has(`\seen`) || next != 3 || mailbox.Validity() != validity {
		t.Errorf("got %+v, next %d", messages, next)
	}
	if content, err := mailbox.Read(2); err != nil || !strings.HasSuffix(string(content), "two") {
		t.Errorf("got %q, %v", content, err)
	}
}

func TestUIDsAreNotUsedAgain(t *testing.T) {
	store := open(t, t.TempDir())
	mailbox := inbox(t, store)
	first, _ := mailbox.Append([]byte("x"), nil, time.Now())
	if err := mailbox.Expunge(first); err != nil {
		t.Fatal(err)
	}
	if second, err := inbox(t, reopen(t, store)).Append([]byte("y"), nil, time.Now()); err != nil || second != first+1 {
		t.Errorf("got %d after %d, %v", second, first, err)
	}
}

// What a kill in the middle of a write leaves: half a line, and a message's file without a line.
func TestHalfALineIsForgotten(t *testing.T) {
	store := open(t, t.TempDir())
	mailbox := inbox(t, store)
	if err := mailbox.Deliver([]byte("first")); err != nil {
		t.Fatal(err)
	}
	if _, err := mailbox.index.WriteString(`{"add":{"uid":2,"si`); err != nil {
		t.Fatal(err)
	}
	mailbox = inbox(t, reopen(t, store))
	if uid, err := mailbox.Append([]byte("second"), nil, time.Now()); err != nil || uid != 2 {
		t.Errorf("got %d, %v", uid, err)
	}
	if messages, _ := mailbox.Messages(); len(messages) != 2 {
		t.Errorf("got %+v", messages)
	}
}

func TestMailboxNames(t *testing.T) {
	store := open(t, t.TempDir())
	if err := store.CreateMailbox("b", "Work/../2026"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", ".", "..", "inbox", "Work/../2026"} {
		if store.CreateMailbox("b", name) == nil && name != "inbox" {
			t.Errorf("%q was made", name)
		}
	}
	names, err := store.Mailboxes("b")
	wanted := []string{"Deleted Items", "Drafts", "INBOX", "Junk Mail", "Sent Items", "Work", "Work/..", "Work/../2026"}
	if !slices.Equal(names, wanted) {
		t.Errorf("got %q, %v", names, err)
	}
	if _, err := store.Mailbox("b", "Elsewhere"); !errors.Is(err, ErrNoMailbox) {
		t.Errorf("got %v", err)
	}
}

func TestMailboxesAreRenamedAndDeleted(t *testing.T) {
	store := open(t, t.TempDir())
	if err := store.CreateMailbox("b", "Old/inner"); err != nil {
		t.Fatal(err)
	}
	mailbox, _ := store.Mailbox("b", "Old/inner")
	validity := mailbox.Validity()
	_, err := mailbox.Append([]byte("x"), nil, time.Now())
	if err := errors.Join(err, store.Subscribe("b", "Old", true), store.RenameMailbox("b", "Old", "New/er")); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Mailbox("b", "Old/inner"); !errors.Is(err, ErrNoMailbox) {
		t.Errorf("got %v", err)
	}
	store = reopen(t, store)
	mailbox, err = store.Mailbox("b", "New/er/inner")
	if err != nil {
		t.Fatal(err)
	}
	if messages, _ := mailbox.Messages(); len(messages) != 1 || mailbox.Validity() == validity {
		t.Errorf("got %+v, validity %d after %d", messages, mailbox.Validity(), validity)
	}
	for _, one := range []struct {
		err, wanted error
	}{
		{store.RenameMailbox("b", "INBOX", "x"), ErrMailboxIsStandard}, {store.RenameMailbox("b", "New", "Drafts"), ErrMailboxTaken},
		{store.RenameMailbox("b", "Old", "x"), ErrNoMailbox}, {store.DeleteMailbox("b", "inbox"), ErrMailboxIsStandard},
		{store.DeleteMailbox("b", "New"), ErrMailboxHasChildren}, {store.DeleteMailbox("b", "Old"), ErrNoMailbox},
		{store.Subscribe("b", "Old", true), ErrNoMailbox}, {store.DeleteMailbox("b", "New/er/inner"), nil},
	} {
		if !errors.Is(one.err, one.wanted) {
			t.Errorf("got %v, wanted %v", one.err, one.wanted)
		}
	}
	if names, err := store.Subscriptions("b"); err != nil || !slices.Contains(names, "Old") || !slices.Contains(names, "INBOX") {
		t.Errorf("got %q, %v", names, err)
	}
	if messages, _ := mailbox.Messages(); len(messages) != 0 {
		t.Errorf("a deleted mailbox has %+v", messages)
	}
}

func TestScripts(t *testing.T) {
	store := open(t, t.TempDir())
	if err := errors.Join(store.PutScript("b", "a/b", []byte("keep;")), store.ActivateScript("b", "a/b")); err != nil {
		t.Fatal(err)
	}
	names, active, err := reopen(t, store).Scripts("b")
	if !slices.Equal(names, []string{"a/b"}) || active != "a/b" || err != nil {
		t.Errorf("got %q, %q, %v", names, active, err)
	}
	if err := store.DeleteScript("b", "a/b"); !errors.Is(err, ErrScriptActive) {
		t.Errorf("the active script was deleted: %v", err)
	}
	if err := store.RenameScript("b", "a/b", "c"); err != nil {
		t.Error(err)
	}
	if _, active, _ := store.Scripts("b"); active != "c" {
		t.Errorf("the active script is %q", active)
	}
	if err := store.RenameScript("b", "c", "a/b"); err != nil {
		t.Error(err)
	}
	if err := errors.Join(store.ActivateScript("b", ""), store.DeleteScript("b", "a/b")); err != nil {
		t.Error(err)
	}
	if !errors.Is(store.ActivateScript("b", "none"), ErrNoScript) {
		t.Error("a script that is not there was made active")
	}
}

func TestWhatIsNeverSyncedIsNotGivenToTheDisk(t *testing.T) {
	honest := toDisk
	t.Cleanup(func() { toDisk = honest })
	closed, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	if toDisk(closed) == nil {
		t.Error("an honest store asks the disk, which a closed file can't")
	}
	NeverSync()
	if err := toDisk(closed); err != nil {
		t.Errorf("the disk was asked: %v", err)
	}
}
