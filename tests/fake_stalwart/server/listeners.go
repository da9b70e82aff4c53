package server

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"

	"stalwart-e2e/fake-stalwart/mail"
	"stalwart-e2e/fake-stalwart/store"
)

const acceptPause = 10 * time.Millisecond

// openListeners opens those of the objects whose protocol is wanted. A port that cannot be had is logged, and the others are
// opened all the same.
func (s *instance) openListeners(objects *store.Objects, protocolIsWanted func(string) bool) {
	for _, id := range objects.Ids("NetworkListener") {
		object := objects.Get("NetworkListener", id)
		spoken := mail.Listener{ImplicitTLS: object["tlsImplicit"] == true}
		spoken.Name, _ = object["name"].(string)
		spoken.Protocol, _ = object["protocol"].(string)
		if !protocolIsWanted(spoken.Protocol) {
			continue
		}
		bind, _ := object["bind"].(store.Object)
		for address, wanted := range bind {
			if wanted != true {
				continue
			}
			if err := s.open(spoken, address); err != nil {
				s.log.event("ERROR", "network.bind-error", fmt.Sprintf("listenerId = %q, reason = %q", spoken.Name, err))
			}
		}
	}
}

func (s *instance) open(spoken mail.Listener, address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	spoken.Port, _ = strconv.Atoi(port)
	if s.lies.SkipPorts[port] {
		return nil
	}
	socket, err := listen(address)
	if err != nil {
		return err
	}
	s.sockets = append(s.sockets, socket)
	s.log.event("INFO", "network.listen-start", fmt.Sprintf("listenerId = %q, port = %s", spoken.Name, port))
	switch {
	case spoken.Protocol == "http":
		s.serveHTTP(socket, spoken.ImplicitTLS)
	case mail.Speaks(spoken.Protocol):
		go s.accept(socket, spoken)
	default:
		return fmt.Errorf("protocol %s is not played here: the port is open and mute", spoken.Protocol)
	}
	return nil
}

// listen takes IPv4 where the machine has no IPv6, and where the address is one of IPv4: Go would take both for 0.0.0.0.
func listen(address string) (net.Listener, error) {
	host, port, _ := net.SplitHostPort(address)
	network := "tcp"
	if net.ParseIP(host).To4() != nil {
		network = "tcp4"
	}
	socket, err := net.Listen(network, address)
	noIPv6 := errors.Is(err, syscall.EAFNOSUPPORT) || errors.Is(err, syscall.EADDRNOTAVAIL)
	if err != nil && host == "::" && noIPv6 {
		return net.Listen("tcp", net.JoinHostPort("0.0.0.0", port))
	}
	return socket, err
}

func (s *instance) accept(socket net.Listener, spoken mail.Listener) {
	for {
		conn, err := socket.Accept()
		switch {
		case err == nil:
			go s.mail.Serve(spoken, conn)
		case errors.Is(err, net.ErrClosed):
			return
		default:
			time.Sleep(acceptPause) // Out of descriptors, most likely: some connection will end.
		}
	}
}

func (s *instance) serveHTTP(socket net.Listener, implicit bool) {
	if implicit {
		socket = tls.NewListener(socket, s.tls)
	}
	server := &http.Server{Handler: s.management, ErrorLog: silentLog}
	s.web = append(s.web, server)
	go server.Serve(socket)
}
