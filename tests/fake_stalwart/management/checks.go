package management

import (
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"stalwart-e2e/fake-stalwart/accounts"
	"stalwart-e2e/fake-stalwart/store"
)

var (
	domainName = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]+)$`)
	localPart  = regexp.MustCompile(`^[A-Za-z0-9!#$%&'*+/=?^_{|}~.-]{1,64}$`)
)

func oneOf(property, values string) func(*Service, *proposal) *setError {
	return func(_ *Service, candidate *proposal) *setError {
		value, _ := candidate.object[property].(string)
		if !slices.Contains(words(values), value) {
			return invalid(property, "must be one of "+values)
		}
		return nil
	}
}

func checkListener(s *Service, candidate *proposal) *setError {
	if problem := oneOf("protocol", "smtp lmtp http imap pop3 manageSieve")(s, candidate); problem != nil {
		return problem
	}
	bind, _ := candidate.object["bind"].(store.Object)
	if len(bind) == 0 {
		return invalid("bind", "must name an address at least")
	}
	for address := range bind {
		host, port, err := net.SplitHostPort(address)
		_, portErr := strconv.ParseUint(port, 10, 16)
		if err != nil || portErr != nil || net.ParseIP(host) == nil {
			return invalid("bind", "is not a socket address: "+address)
		}
	}
	return s.checkUnique("NetworkListener", candidate, "name")
}

func checkDomain(s *Service, candidate *proposal) *setError {
	name, _ := candidate.object["name"].(string)
	if !domainName.MatchString(strings.ToLower(name)) {
		return invalid("name", "is not a valid domain name")
	}
	return s.checkUnique("Domain", candidate, "name")
}

func checkAccount(s *Service, candidate *proposal) *setError {
	if problem := oneOf("@type", "User Group")(s, candidate); problem != nil {
		return problem
	}
	name, _ := candidate.object["name"].(string)
	if !localPart.MatchString(name) {
		return invalid("name", "is not a valid local part")
	}
	if problem := s.checkLink(candidate, "domainId", "Domain"); problem != nil {
		return problem
	}
	if problem := hashSecrets(candidate.object); problem != nil {
		return problem
	}
	return s.checkUnique("Account", candidate, "name", "domainId")
}

func hashSecrets(object store.Object) *setError {
	credentials, _ := object["credentials"].(store.Object)
	if object["@type"] == "User" && len(credentials) == 0 {
		return invalid("credentials", "must hold a password")
	}
	for _, one := range credentials {
		credential, _ := one.(store.Object)
		secret, _ := credential["secret"].(string)
		if credential["@type"] != "Password" || secret == "" {
			return invalid("credentials", "must be of @type Password and have a secret")
		}
		if weakness := accounts.Weakness(secret); !accounts.IsHash(secret) && weakness != "" {
			return invalid("secret", weakness)
		}
		credential["secret"] = accounts.Hash(secret)
	}
	return nil
}

func checkSystemSettings(s *Service, candidate *proposal) *setError {
	if problem := s.checkLink(candidate, "defaultCertificateId", "Certificate"); problem != nil {
		return problem
	}
	return s.checkLink(candidate, "defaultDomainId", "Domain")
}

func checkThrottle(_ *Service, candidate *proposal) *setError {
	rate, _ := candidate.object["rate"].(store.Object)
	count, isCount := rate["count"].(float64)
	period, isPeriod := rate["period"].(float64)
	if !isCount || !isPeriod || count < 1 || period < 1 {
		return invalid("rate", "must have a count and a period in milliseconds, each 1 or more")
	}
	return nil
}

func checkAddress(_ *Service, candidate *proposal) *setError {
	address, _ := candidate.object["address"].(string)
	_, prefixErr := netip.ParsePrefix(address)
	if _, err := netip.ParseAddr(address); err != nil && prefixErr != nil {
		return invalid("address", "is not an IP address or network")
	}
	return nil
}

// An action is done before it is kept. Nothing is queued, so that the queue may be paused and resumed at will. A reload looks up names of services in the
// Internet, and where there is no Internet it fails.
func checkAction(s *Service, candidate *proposal) *setError {
	if candidate.object["@type"] == "ReloadSettings" {
		return &setError{
			Type:        "validationFailed",
			Description: "Invalid address: failed to lookup address information",
			ObjectID:    store.Object{"object": "SpamPyzor", "id": store.Singleton},
		}
	}
	if problem := oneOf("@type", "PauseMtaQueue ResumeMtaQueue ReloadTlsCertificates")(s, candidate); problem != nil {
		return problem
	}
	if candidate.object["@type"] == "ReloadTlsCertificates" && s.ReloadCertificate != nil {
		if err := s.ReloadCertificate(); err != nil {
			return failed(err)
		}
	}
	return nil
}

func (s *Service) checkLink(candidate *proposal, property, kind string) *setError {
	id, _ := candidate.object[property].(string)
	if candidate.object[property] != nil && s.Store.Objects.Get(kind, id) == nil {
		return invalid(property, "names no "+kind)
	}
	return nil
}

func (s *Service) checkUnique(kind string, candidate *proposal, properties ...string) *setError {
	for id, other := range s.Store.Objects.All(kind) {
		differs := func(property string) bool {
			one, _ := candidate.object[property].(string)
			two, _ := other[property].(string)
			return !strings.EqualFold(one, two)
		}
		if id != candidate.id && !slices.ContainsFunc(properties, differs) {
			return &setError{
				Type:        "primaryKeyViolation",
				Description: "There is one of this name already",
				Properties:  properties,
				ObjectID:    store.Object{"object": kind, "id": id},
			}
		}
	}
	return nil
}
