package lies

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// What is wrong is said by whoever knows the example.
var errValue = errors.New("wrong value")

func every(field func(*Lies) *Every) func(*Lies, string) error {
	return func(l *Lies, value string) error {
		number, err := strconv.ParseUint(strings.TrimPrefix(value, "1/"), 10, 31)
		if err != nil || number == 0 || !strings.HasPrefix(value, "1/") {
			return errValue
		}
		*field(l) = Every(number)
		return nil
	}
}

func lasting(field func(*Lies) *time.Duration) func(*Lies, string) error {
	return func(l *Lies, value string) (err error) {
		*field(l), err = time.ParseDuration(value)
		if err == nil && *field(l) <= 0 {
			err = errValue
		}
		return err
	}
}

func when(field func(*Lies) *bool) func(*Lies, string) error {
	return func(l *Lies, value string) error {
		if value != yes {
			return errValue
		}
		*field(l) = true
		return nil
	}
}

func setPorts(l *Lies, value string) error {
	l.SkipPorts = map[string]bool{}
	for port := range strings.SplitSeq(value, ",") {
		port = strings.TrimSpace(port)
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return err
		}
		l.SkipPorts[port] = true
	}
	return nil
}

func setBans(l *Lies, value string) (err error) {
	l.HealthzBans, err = strconv.Atoi(value)
	if err == nil && l.HealthzBans < 1 {
		err = errValue
	}
	return err
}
