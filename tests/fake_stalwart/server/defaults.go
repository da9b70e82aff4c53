package server

import (
	"fmt"

	"stalwart-e2e/fake-stalwart/store"
)

// What a start in normal mode adds where there is nothing of the kind. Neither 587 nor 143 is among the listeners.
var (
	defaultListeners = []store.Object{
		listener("smtp", "smtp", 25, false),
		listener("submissions", "smtp", 465, true),
		listener("imaps", "imap", 993, true),
		listener("pop3s", "pop3", 995, true),
		listener("sieve", "manageSieve", 4190, false),
		listener("https", "http", 443, true),
		listener("http", "http", 8080, false),
	}
	defaultThrottles = []store.Object{
		throttle("Sender domain and recipient", 25, 3600000, "senderDomain", "rcpt"),
		throttle("Remote IP", 5, 1000, "remoteIp"),
	}
)

func listener(name, protocol string, port int, implicit bool) store.Object {
	bind := store.Object{fmt.Sprintf("[::]:%d", port): true}
	return store.Object{"name": name, "protocol": protocol, "bind": bind, "tlsImplicit": implicit}
}

func throttle(description string, count, period float64, keys ...string) store.Object {
	key := store.Object{}
	for _, one := range keys {
		key[one] = true
	}
	rate := store.Object{"count": count, "period": period}
	return store.Object{"description": description, "enable": true, "key": key, "rate": rate}
}

func insertDefaults(objects *store.Objects) error {
	for kind, defaults := range map[string][]store.Object{
		"NetworkListener": defaultListeners, "MtaInboundThrottle": defaultThrottles,
	} {
		if len(objects.All(kind)) > 0 {
			continue
		}
		for _, object := range defaults {
			if _, err := objects.Add(kind, object); err != nil {
				return err
			}
		}
	}
	return nil
}
