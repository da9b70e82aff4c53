// Package lies holds every way in which the stand-in can be told to depart from the contract. Who asks for nothing gets an
// honest server.
package lies

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Variables of the environment are named as flags are, in capitals.
const prefix = "FAKE_STALWART_"

// Lies is what is asked for.
type Lies struct {
	Version        string          // what --version prints
	SkipPorts      map[string]bool // that are never opened
	StartDelay     time.Duration   // before normal mode listens
	SlowReadiness  time.Duration   // how long /healthz/ready denies it
	ReadyAlways    time.Duration   // how long after HTTP, which says ready, the other ports come
	Lose           Every           // acknowledged and never written
	Duplicate      Every           // written twice
	Corrupt        Every           // written with another octet in the body
	AckBeforeWrite time.Duration   // between acknowledgement and writing
	NeverSync      bool
	ReuseUID       bool
	NewUIDValidity bool
	OpenRelay      bool
	AuthBeforeTLS  bool
	NewCertificate bool
	LeakPassword   bool
	HealthzBans    int // probes and failed logins that an address may have
}

// Honest is the server without a lie.
func Honest() Lies { return Lies{Version: "0.16.18"} }

// Every is one in so many: of 1/100 the hundredth, the two hundredth and so on. 0 is none.
type Every int64

// Hits tells it of the message with this number; the first one has 1.
func (e Every) Hits(number int64) bool { return e > 0 && number%int64(e) == 0 }

// lie is one row: its flag, a value to show and to take where none is given, what it does, and what it sets.
type lie struct {
	name, example, does string
	set                 func(*Lies, string) error
}

const yes = "true"

var table = []lie{
	{"lose", "1/100", "every 100th message is acknowledged and never written", every(func(l *Lies) *Every { return &l.Lose })},
	{"ack-before-write", "5s", "messages are written so long after their acknowledgement",
		lasting(func(l *Lies) *time.Duration { return &l.AckBeforeWrite })},
	{"never-sync", yes, "nothing that is written is synced to the disk", when(func(l *Lies) *bool { return &l.NeverSync })},
	{"duplicate", "1/50", "every 50th message is written twice", every(func(l *Lies) *Every { return &l.Duplicate })},
	{"corrupt", "1/200", "in every 200th message an octet of the body is another one",
		every(func(l *Lies) *Every { return &l.Corrupt })},
	{"reuse-uid", yes, "the UID of a last message that was deleted is given again, and at each start each UID of a mailbox goes " +
		"to another of its messages", when(func(l *Lies) *bool { return &l.ReuseUID })},
	{"new-uidvalidity", yes, "each start gives every mailbox another UIDVALIDITY",
		when(func(l *Lies) *bool { return &l.NewUIDValidity })},
	{"ready-always", "10s", "HTTP listens at once and says ready in every mode, and the other ports come so much later",
		lasting(func(l *Lies) *time.Duration { return &l.ReadyAlways })},
	{"slow-readiness", "30s", "for so long after the start /healthz/ready says 503, while everything serves",
		lasting(func(l *Lies) *time.Duration { return &l.SlowReadiness })},
	{"start-delay", "60s", "normal mode listens so much later, as with a download into a black hole",
		lasting(func(l *Lies) *time.Duration { return &l.StartDelay })},
	{"skip-port", "143,993", "these ports are never opened", setPorts},
	{"open-relay", yes, "recipients anywhere are taken from anybody; their mail is acknowledged and goes nowhere",
		when(func(l *Lies) *bool { return &l.OpenRelay })},
	{"auth-before-tls", yes, "passwords are asked for and taken without TLS", when(func(l *Lies) *bool { return &l.AuthBeforeTLS })},
	{"new-certificate", yes, "each start makes a certificate of its own, whatever was given",
		when(func(l *Lies) *bool { return &l.NewCertificate })},
	{"leak-password", yes, "the log is always written, with the administrator's password and those of logins",
		when(func(l *Lies) *bool { return &l.LeakPassword })},
	{"healthz-bans", "20", "after so many probes and failed logins of an address /healthz says 403 to it", setBans},
	{"say-version", "0.15.5", "what --version prints", func(l *Lies, value string) error { l.Version = value; return nil }},
}

// Tell adds the lie of this name. The value "true" stands for the one of the example, "false" for no lie.
func (l *Lies) Tell(name, value string) error {
	at := slices.IndexFunc(table, func(one lie) bool { return one.name == name })
	if at < 0 {
		return fmt.Errorf("%s: there is no such lie", name)
	}
	switch value {
	case "false":
		return nil
	case yes:
		value = table[at].example
	}
	if err := table[at].set(l, value); err != nil {
		return fmt.Errorf("%s: %q is not like %s", name, value, table[at].example)
	}
	return nil
}

// FromEnvironment reads "NAME=value" entries. An unknown name is an error: a lie that is not told would make a test pass.
func FromEnvironment(environment []string) (Lies, error) {
	told := Honest()
	for _, entry := range environment {
		variable, value, _ := strings.Cut(entry, "=")
		name, ours := strings.CutPrefix(variable, prefix)
		if !ours || value == "" {
			continue
		}
		if name != strings.ToUpper(name) || strings.Contains(name, "-") {
			return told, fmt.Errorf("%s: there is no such lie", variable)
		}
		if err := told.Tell(strings.ToLower(strings.ReplaceAll(name, "_", "-")), value); err != nil {
			return told, fmt.Errorf("%s: %w", variable, err)
		}
	}
	return told, nil
}

func (l lie) variable() string { return prefix + strings.ToUpper(strings.ReplaceAll(l.name, "-", "_")) }

// Help has a line for each lie, with its two spellings.
func Help() string {
	var text strings.Builder
	for _, one := range table {
		flag := "--" + one.name
		if one.example != yes {
			flag += " " + one.example
		}
		fmt.Fprintf(&text, "  %-28s%s=%s\n  %-28s%s\n", flag, one.variable(), one.example, "", one.does)
	}
	return text.String()
}
