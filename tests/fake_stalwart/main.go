// A stand-in for the mail server Stalwart 0.16: the same contract, in small. It is honest unless flags or FAKE_STALWART_*
// variables say otherwise.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
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
	// As in Stalwart it takes the place of all arguments.
	wanted := command{file: os.Getenv("CONFIG_PATH")}
	if wanted.file == "" {
		if err := wanted.read(arguments, &told); err != nil {
			return err
		}
	}
	switch {
	case wanted.help:
		fmt.Print(usage + lies.Help())
	case wanted.version:
		fmt.Println(told.Version)
	case wanted.file == "":
		return errors.New("no configuration: say --config FILE")
	default:
		return serve(ctx, wanted.file, told)
	}
	return nil
}

func serve(ctx context.Context, file string, told lies.Lies) error {
	config, err := server.ReadConfig(file, os.Getenv)
	if err != nil {
		return err
	}
	return server.Run(ctx, config, told)
}
