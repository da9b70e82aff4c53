package mail

import (
	"maps"
	"slices"
	"strings"
	"time"

	"stalwart-e2e/fake-stalwart/limit"
	"stalwart-e2e/fake-stalwart/store"
)

// Throttle is one limit to what comes in.
type Throttle struct {
	keys    store.Object
	limiter *limit.Limiter
}

// Throttles are those that are enabled now; a later change is for the next start.
func Throttles(objects *store.Objects) []Throttle {
	var all []Throttle
	for _, id := range objects.Ids("MtaInboundThrottle") {
		object := objects.Get("MtaInboundThrottle", id)
		rate, _ := object["rate"].(store.Object)
		count, _ := rate["count"].(float64)
		period, _ := rate["period"].(float64)
		if object["enable"] == false || count < 1 {
			continue
		}
		keys, _ := object["key"].(store.Object)
		all = append(all, Throttle{keys, limit.New(int(count), time.Duration(period)*time.Millisecond, time.Now)})
	}
	return all
}

const defaultSessionTimeout = 5 * time.Minute

// SessionTimeout is how long SMTP waits for a client; a later change is for the next start. Only a timeout that is the same for
// all is understood.
func SessionTimeout(objects *store.Objects) time.Duration {
	timeout, _ := objects.Get("MtaInboundSession", store.Singleton)["timeout"].(store.Object)
	text, _ := timeout["else"].(string)
	if limit, err := time.ParseDuration(text); err == nil && limit > 0 {
		return limit
	}
	return defaultSessionTimeout
}

// allows counts a recipient for every throttle; values has one for each sort of key.
func allows(throttles []Throttle, values map[string]string) bool {
	allowed := true
	for _, throttle := range throttles {
		var key strings.Builder
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if throttle.keys[name] == true {
				key.WriteString(name + "=" + strings.ToLower(values[name]) + "\n")
			}
		}
		allowed = throttle.limiter.Allows(key.String()) && allowed
	}
	return allowed
}
