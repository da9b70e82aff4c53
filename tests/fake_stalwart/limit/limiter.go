// Package limit counts how often something happens.
package limit

import (
	"sync"
	"time"
)

// Limiter counts by key in windows that begin with the first count.
type Limiter struct {
	limit  int
	period time.Duration
	now    func() time.Time

	mutex   sync.Mutex
	windows map[string]window
}

type window struct {
	began time.Time
	count int
}

// New allows `limit` in each period.
func New(limit int, period time.Duration, now func() time.Time) *Limiter {
	return &Limiter{limit: limit, period: period, now: now, windows: map[string]window{}}
}

// Allows counts one more.
func (l *Limiter) Allows(key string) bool {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	current := l.windows[key]
	if l.now().Sub(current.began) >= l.period {
		current = window{began: l.now()}
	}
	current.count++
	l.windows[key] = current
	return current.count <= l.limit
}
