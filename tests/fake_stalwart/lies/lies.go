// Package lies holds every way in which the stand-in can be told to depart from the contract. Nothing in the environment:
// it is honest.
package lies

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const prefix = "FAKE_STALWART_"

// Lies is what the environment asks for.
type Lies struct {
	Version        string          // what --version prints
	SkipPorts      map[string]bool // ports that are never opened
	StartDelay     time.Duration   // before normal mode listens
	AckBeforeWrite time.Duration   // how long after its acknowledgement a message is written
	LoseEvery      int             // every so manieth message is acknowledged and never written
}

// Honest is the server without a lie.
func Honest() Lies { return Lies{Version: "0.16.18"} }

var lies = map[string]func(*Lies, string) error{
	"VERSION": func(l *Lies, value string) error {
		l.Version = value
		return nil
	},
	"SKIP_PORT": func(l *Lies, value string) error {
		l.SkipPorts = map[string]bool{}
		for _, port := range strings.Split(value, ",") {
			l.SkipPorts[strings.TrimSpace(port)] = true
		}
		return nil
	},
	"START_DELAY":      func(l *Lies, value string) error { return duration(&l.StartDelay, value) },
	"ACK_BEFORE_WRITE": func(l *Lies, value string) error { return duration(&l.AckBeforeWrite, value) },
	"LOSE_EVERY": func(l *Lies, value string) (err error) {
		l.LoseEvery, err = strconv.Atoi(value)
		if err == nil && l.LoseEvery < 1 {
			err = fmt.Errorf("must be 1 or more")
		}
		return err
	},
}

func duration(target *time.Duration, value string) (err error) {
	*target, err = time.ParseDuration(value)
	return err
}

// FromEnvironment reads "NAME=value" entries. An unknown name is an error: a lie that is not told would make a test pass.
func FromEnvironment(environment []string) (Lies, error) {
	told := Honest()
	for _, entry := range environment {
		name, value, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, prefix) || value == "" {
			continue
		}
		lie, known := lies[strings.TrimPrefix(name, prefix)]
		if !known {
			return told, fmt.Errorf("%s: there is no such lie", name)
		}
		if err := lie(&told, value); err != nil {
			return told, fmt.Errorf("%s=%s: %w", name, value, err)
		}
	}
	return told, nil
}
