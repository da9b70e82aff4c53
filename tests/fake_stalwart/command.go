package main

import (
	"fmt"
	"strings"

	"stalwart-e2e/fake-stalwart/lies"
)

const usage = `Usage: fake-stalwart --config FILE [LIE ...]
       fake-stalwart --version | --help

A stand-in for Stalwart 0.16. Each lie is a flag, or a variable of the environment; true is short for the value shown.

`

// command is what the arguments say beside lies.
type command struct {
	file          string
	version, help bool
}

// read takes "--name=value", "--name value" and "--name".
func (c *command) read(arguments []string, told *lies.Lies) error {
	for i := 0; i < len(arguments); i++ {
		name, value, given := strings.Cut(arguments[i], "=")
		if next := i + 1; !given && next < len(arguments) && !strings.HasPrefix(arguments[next], "-") {
			value, given, i = arguments[next], true, next
		}
		if err := c.take(name, value, given, told); err != nil {
			return err
		}
	}
	return nil
}

func (c *command) take(name, value string, given bool, told *lies.Lies) error {
	switch {
	case (name == "--version" || name == "-V") && !given:
		c.version = true
	case (name == "--help" || name == "-h") && !given:
		c.help = true
	case (name == "--config" || name == "-c") && given:
		c.file = value
	case strings.HasPrefix(name, "--") && given:
		return told.Tell(name[2:], value)
	case strings.HasPrefix(name, "--"):
		return told.Tell(name[2:], "true")
	default:
		return fmt.Errorf("argument %q is not known: see --help", name)
	}
	return nil
}
