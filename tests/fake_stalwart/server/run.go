package server

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"stalwart-e2e/fake-stalwart/accounts"
	"stalwart-e2e/fake-stalwart/lies"
	"stalwart-e2e/fake-stalwart/limit"
	"stalwart-e2e/fake-stalwart/mail"
	"stalwart-e2e/fake-stalwart/management"
	"stalwart-e2e/fake-stalwart/store"
)

// How long a stop waits for HTTP requests that are being answered.
const stopLimit = 500 * time.Millisecond

// Who is banned stays so.
const banPeriod = 365 * 24 * time.Hour

var silentLog = log.New(io.Discard, "", 0)

// instance is a server that runs.
type instance struct {
	lies       lies.Lies
	log        logger
	tls        *tls.Config
	mail       *mail.Server
	management *management.Service
	sockets    []net.Listener
	web        []*http.Server
}

// Run serves until the context ends. An error is a start that failed.
func Run(ctx context.Context, config Config, told lies.Lies) error {
	var data *store.Store
	var objects *store.Objects
	if told.NeverSync {
		store.NeverSync()
	}
	if config.Mode != Bootstrap {
		var err error
		if data, err = store.Open(config.DataFolder); err != nil {
			return err
		}
		defer data.Close()
		data.Lies = told
		objects = data.Objects
	} else if config.RecoveryName == "" {
		config.RecoveryName, config.RecoveryPassword = "admin", rand.Text()
		fmt.Fprintf(os.Stderr, "Bootstrap mode: the administrator is %s with the password %s\n",
			config.RecoveryName, config.RecoveryPassword)
	}
	if config.Mode == Normal {
		if err := insertDefaults(objects); err != nil {
			return err
		}
	}
	server, err := prepare(config, told, data, objects)
	if err != nil {
		return err
	}
	if err := server.start(ctx, config, objects); err != nil {
		return err
	}
	<-ctx.Done()
	server.stop()
	return nil
}

func prepare(config Config, told lies.Lies, data *store.Store, objects *store.Objects) (*instance, error) {
	server := &instance{lies: told, log: newLogger(config, objects, told)}
	hostname := hostnameOf(config, objects)
	directory := accounts.Directory{Objects: objects, RecoveryName: config.RecoveryName, RecoveryPassword: config.RecoveryPassword}
	if told.LeakPassword {
		server.log.event("INFO", "server.administrator", fmt.Sprintf("name = %q, secret = %q", config.RecoveryName, config.RecoveryPassword))
	}
	var bans *limit.Limiter
	if told.HealthzBans > 0 {
		bans = limit.New(told.HealthzBans, banPeriod, time.Now)
	}
	server.management = management.New(data, directory, config.Mode == Normal)
	server.management.Lies, server.management.Bans = told, bans
	if config.Mode != Normal {
		return server, nil
	}
	source := &certificates{objects: objects, hostname: hostname, lies: told, log: server.log}
	if err := source.load(); err != nil {
		return nil, err
	}
	server.tls = source.config()
	server.management.ReloadCertificate = source.load
	server.mail = &mail.Server{
		Hostname: hostname, TLS: server.tls, Store: data, Directory: directory, Throttles: mail.Throttles(objects), Lies: told, Bans: bans,
		SessionTimeout: mail.SessionTimeout(objects),
		Log:            func(event, detail string) { server.log.event("INFO", event, detail) },
	}
	return server, nil
}

func (s *instance) start(ctx context.Context, config Config, objects *store.Objects) error {
	if config.Mode != Normal {
		socket, err := listen("[::]:" + strconv.Itoa(config.RecoveryPort))
		if err != nil {
			return err
		}
		s.serveHTTP(socket, false)
		return nil
	}
	isHTTP := func(protocol string) bool { return protocol == "http" }
	early := s.lies.ReadyAlways > 0
	if early {
		s.openListeners(objects, isHTTP)
	}
	select {
	case <-ctx.Done():
	case <-time.After(s.lies.StartDelay + s.lies.ReadyAlways):
		s.log.event("INFO", "server.startup", "version = "+strconv.Quote(s.lies.Version))
		s.openListeners(objects, func(protocol string) bool { return !early || !isHTTP(protocol) })
	}
	return nil
}

// stop closes the ports before it says goodbye: who comes now is to be refused.
func (s *instance) stop() {
	s.log.event("INFO", "server.shutdown", "")
	for _, socket := range s.sockets {
		socket.Close()
	}
	if s.mail != nil {
		s.mail.Stop()
	}
	limit, cancel := context.WithTimeout(context.Background(), stopLimit)
	defer cancel()
	for _, server := range s.web {
		if server.Shutdown(limit) != nil {
			server.Close()
		}
	}
}

// hostnameOf is the name in greetings and in the certificate: as set, as the environment says, as the machine is called.
func hostnameOf(config Config, objects *store.Objects) string {
	if objects != nil {
		if name, _ := objects.Get("SystemSettings", store.Singleton)["defaultHostname"].(string); name != "" {
			return name
		}
	}
	if config.Hostname != "" {
		return config.Hostname
	}
	if name, err := os.Hostname(); err == nil {
		return name
	}
	return "localhost"
}
