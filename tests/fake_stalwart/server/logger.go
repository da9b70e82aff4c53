package server

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"stalwart-e2e/fake-stalwart/lies"
	"stalwart-e2e/fake-stalwart/store"
)

// logger writes lines as Stalwart's console tracer does.
type logger struct {
	mutex *sync.Mutex
	to    io.Writer
}

// newLogger is silent unless a Tracer object sends the log to the console, in a mode where tracers count. Who leaks passwords
// is never silent.
func newLogger(config Config, objects *store.Objects, told lies.Lies) logger {
	if told.LeakPassword {
		return logger{&sync.Mutex{}, os.Stdout}
	}
	silent := logger{&sync.Mutex{}, io.Discard}
	if config.Mode != Normal {
		return silent
	}
	for _, object := range objects.All("Tracer") {
		if object["@type"] == "Stdout" && object["enable"] != false {
			return logger{&sync.Mutex{}, os.Stdout}
		}
	}
	return silent
}

func (l logger) event(level, name, details string) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	fmt.Fprintf(l.to, "%s %s (%s) %s\n", time.Now().UTC().Format(time.RFC3339), level, name, details)
}
