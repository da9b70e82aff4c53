// A stand-in for the mail server Stalwart 0.16: the same contract, in small. It is honest unless FAKE_STALWART_* variables
// say otherwise.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"stalwart-e2e/fake-stalwart/lies"
	"stalwart-e2e/fake-stalwart/server"
)

func main() {
	// First of all: whoever stops the server while it starts is heard too.
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "Startup failed:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string) error {
	told, err := lies.FromEnvironment(os.Environ())
	if err != nil {
		return err
	}
	file := os.Getenv("CONFIG_PATH")
	for i := 0; i < len(arguments) && file == ""; i++ {
		name, value, joined := strings.Cut(arguments[i], "=")
		switch {
		case name == "--version" || name == "-V":
			fmt.Println(told.Version)
			return nil
		case name == "--config" && joined:
			file = value
		case (name == "--config" || name == "-c") && i+1 < len(arguments):
			i++
			file = arguments[i]
		default:
			return fmt.Errorf("argument %q is not known: there are --config FILE and --version", arguments[i])
		}
	}
	if file == "" {
		return errors.New("no configuration: say --config FILE")
	}
	config, err := server.ReadConfig(file, os.Getenv)
	if err != nil {
		return err
	}
	return server.Run(ctx, config, told)
}
