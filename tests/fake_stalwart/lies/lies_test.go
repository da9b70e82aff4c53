package lies

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

var all = []string{"HOME=/x", "FAKE_STALWART_LOSE=1/3", "FAKE_STALWART_DUPLICATE=1/4", "FAKE_STALWART_CORRUPT=1/5",
	"FAKE_STALWART_ACK_BEFORE_WRITE=1m", "FAKE_STALWART_REUSE_UID=true", "FAKE_STALWART_NEW_UIDVALIDITY=true",
	"FAKE_STALWART_READY_ALWAYS=true", "FAKE_STALWART_SLOW_READINESS=3s", "FAKE_STALWART_START_DELAY=2s",
	"FAKE_STALWART_SKIP_PORT=143, 993", "FAKE_STALWART_OPEN_RELAY=true", "FAKE_STALWART_AUTH_BEFORE_TLS=true",
	"FAKE_STALWART_NEW_CERTIFICATE=true", "FAKE_STALWART_LEAK_PASSWORD=true", "FAKE_STALWART_HEALTHZ_BANS=7",
	"FAKE_STALWART_SAY_VERSION=0.15.5", "FAKE_STALWART_NEVER_SYNC=true"}

func TestFromEnvironment(t *testing.T) {
	told, err := FromEnvironment(all)
	if err != nil {
		t.Fatal(err)
	}
	wanted := Lies{Version: "0.15.5", SkipPorts: map[string]bool{"143": true, "993": true}, StartDelay: 2 * time.Second,
		SlowReadiness: 3 * time.Second, ReadyAlways: 10 * time.Second, Lose: 3, Duplicate: 4, Corrupt: 5, AckBeforeWrite: time.Minute,
		ReuseUID: true, NewUIDValidity: true, OpenRelay: true, AuthBeforeTLS: true, NewCertificate: true, LeakPassword: true,
		HealthzBans: 7, NeverSync: true}
	if !reflect.DeepEqual(told, wanted) {
		t.Errorf("got %+v, wanted %+v", told, wanted)
	}
	if len(all)-1 != len(table) {
		t.Error("the test does not tell every lie")
	}
}

func TestEveryExampleIsALie(t *testing.T) {
	for _, one := range table {
		byExample, alone := Honest(), Honest()
		if err := byExample.Tell(one.name, one.example); err != nil {
			t.Error(err)
		}
		if err := alone.Tell(one.name, "true"); err != nil || !reflect.DeepEqual(alone, byExample) {
			t.Errorf("%s alone: %+v %v", one.name, alone, err)
		}
		if reflect.DeepEqual(byExample, Honest()) {
			t.Errorf("%s %s changes nothing", one.name, one.example)
		}
	}
}

func TestHonestWithoutLies(t *testing.T) {
	told, err := FromEnvironment([]string{"STALWART_HOSTNAME=x", "FAKE_STALWART_LOSE=", "FAKE_STALWART_OPEN_RELAY=false"})
	if err != nil || !reflect.DeepEqual(told, Honest()) {
		t.Errorf("got %+v, %v", told, err)
	}
}

func TestMistakesAreErrors(t *testing.T) {
	for _, entry := range []string{"LOOSE=1/3", "LOSE_EVERY=3", "LOSE=3", "LOSE=1/0", "LOSE=1/x", "LOSE=2/3", "START_DELAY=5",
		"START_DELAY=-5s", "REUSE_UID=1", "lose=1/3", "REUSE-UID=true", "SKIP_PORT=imap", "HEALTHZ_BANS=0", "HEALTHZ_BANS=x"} {
		_, err := FromEnvironment([]string{"FAKE_STALWART_" + entry})
		if variable, _, _ := strings.Cut(entry, "="); err == nil || !strings.Contains(err.Error(), "FAKE_STALWART_"+variable) {
			t.Errorf("%s: %v", entry, err)
		}
	}
}

func TestEvery(t *testing.T) {
	hits := 0
	for number := range int64(400) {
		if Every(100).Hits(number + 1) {
			hits++
		}
		if Every(0).Hits(number + 1) {
			t.Error("none is some")
		}
	}
	if hits != 4 || !Every(100).Hits(100) {
		t.Error(hits)
	}
}

func TestReadmeHasEveryLie(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	without := strings.NewReplacer("`", "")
	for _, one := range table {
		row := "| --" + one.name + " | " + one.variable() + "=" + one.example + " | " + one.does + " |\n"
		if !strings.Contains(without.Replace(string(readme)), row) {
			t.Errorf("no row %s", row)
		}
	}
}
