// Package management is the HTTP side: health endpoints, and the objects over JMAP (RFC 8620).
package management

import (
	"encoding/json"
	"net"
	"net/http"
	"sync"
	"time"

	"stalwart-e2e/fake-stalwart/accounts"
	"stalwart-e2e/fake-stalwart/lies"
	"stalwart-e2e/fake-stalwart/limit"
	"stalwart-e2e/fake-stalwart/store"
)

// Stalwart's limit for what asks without a password, from one address.
const (
	anonymousLimit  = 100
	anonymousPeriod = time.Minute
)

// recoveryID is the account id of the administrator of the environment.
const recoveryID = "d333333"

// Service answers HTTP requests.
type Service struct {
	Store     *store.Store // nil in bootstrap mode, which keeps nothing
	Directory accounts.Directory
	// Has those who come from now on see the certificate as it is in its file; nil where there is no TLS.
	ReloadCertificate func() error
	anonymous         *limit.Limiter // nil where there is no limit
	Lies              lies.Lies
	Bans              *limit.Limiter // counts probes and failed logins; nil where nobody is banned
	began             time.Time
	// One request at a time: what a request has checked is still so when it is kept.
	turn sync.Mutex
}

// New makes a service; only in normal mode is there a limit to anonymous requests.
func New(data *store.Store, directory accounts.Directory, limited bool) *Service {
	service := &Service{Store: data, Directory: directory, began: time.Now()}
	if limited {
		service.anonymous = limit.New(anonymousLimit, anonymousPeriod, time.Now)
	}
	return service
}

func (s *Service) ServeHTTP(writer http.ResponseWriter, got *http.Request) {
	accountID, admin := s.caller(got)
	if accountID == "" && !s.allows(got.RemoteAddr) {
		problem(writer, http.StatusTooManyRequests, "urn:ietf:params:jmap:error:limit",
			"Your request has been rate limited. Please try again in a few seconds.")
		return
	}
	switch got.URL.Path {
	case "/healthz/live", "/healthz/ready":
		s.health(writer, got)
	case "/.well-known/jmap", "/jmap/session":
		if authorized(writer, accountID) {
			s.session(writer, got, accountID)
		}
	case "/jmap":
		if authorized(writer, accountID) {
			s.jmap(writer, got, accountID, admin)
		}
	default:
		problem(writer, http.StatusNotFound, "about:blank", "The requested resource does not exist on this server.")
	}
}

// caller gives an account id where name and password are right, and whether the account may manage.
func (s *Service) caller(got *http.Request) (string, bool) {
	name, password, _ := got.BasicAuth()
	if s.Directory.IsRecoveryAdmin(name, password) {
		return recoveryID, true
	}
	if account, ok := s.Directory.LogIn(name, password); ok {
		return account.ID, account.Admin
	}
	if s.Bans != nil && got.Header.Get("Authorization") != "" {
		s.Bans.Allows(host(got.RemoteAddr))
	}
	return "", false
}

func (s *Service) allows(remote string) bool {
	if s.anonymous == nil || net.ParseIP(host(remote)).IsLoopback() {
		return true
	}
	return s.anonymous.Allows(host(remote))
}

func host(remote string) string {
	name, _, _ := net.SplitHostPort(remote)
	return name
}

func (s *Service) health(writer http.ResponseWriter, got *http.Request) {
	late := s.Lies.ReadyAlways == 0 && time.Since(s.began) < s.Lies.SlowReadiness
	switch {
	case s.Bans != nil && !s.Bans.Allows(host(got.RemoteAddr)):
		problem(writer, http.StatusForbidden, "about:blank", "Your address has been blocked.")
	case late && got.URL.Path == "/healthz/ready":
		problem(writer, http.StatusServiceUnavailable, "about:blank", "Not ready yet.")
	default:
		problem(writer, http.StatusOK, "about:blank", "OK")
	}
}

func authorized(writer http.ResponseWriter, accountID string) bool {
	if accountID != "" {
		return true
	}
	writer.Header().Set("WWW-Authenticate", `Basic realm="Stalwart Server"`)
	problem(writer, http.StatusUnauthorized, "about:blank", "You have to authenticate first.")
	return false
}

func (s *Service) session(writer http.ResponseWriter, got *http.Request, accountID string) {
	scheme := "http"
	if got.TLS != nil {
		scheme = "https"
	}
	base := scheme + "://" + got.Host + "/jmap"
	answer(writer, http.StatusOK, "application/json", store.Object{
		"capabilities": store.Object{
			coreCapability:     store.Object{"maxCallsInRequest": maxCalls, "maxConcurrentRequests": 4},
			stalwartCapability: store.Object{},
		},
		"accounts":        store.Object{accountID: store.Object{"name": accountID, "isPersonal": true, "isReadOnly": false}},
		"primaryAccounts": store.Object{stalwartCapability: accountID},
		"apiUrl":          base,
		"state":           sessionState,
	})
}

// problem is RFC 7807, which Stalwart uses for good news too.
func problem(writer http.ResponseWriter, status int, kind, detail string) {
	kindOfBody := "application/problem+json"
	if status == http.StatusOK {
		kindOfBody = "application/json"
	}
	answer(writer, status, kindOfBody,
		store.Object{"type": kind, "status": status, "title": http.StatusText(status), "detail": detail})
}

func answer(writer http.ResponseWriter, status int, kind string, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(writer, err.Error(), http.StatusInternalServerError)
		return
	}
	writer.Header().Set("Content-Type", kind)
	writer.WriteHeader(status)
	writer.Write(text)
}
