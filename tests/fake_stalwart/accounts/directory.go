// Package accounts answers who may log in, and who has a mailbox.
package accounts

import (
	"crypto/subtle"
	"strings"

	"stalwart-e2e/fake-stalwart/store"
)

// Account is someone with a mailbox.
type Account struct {
	ID      string
	Address string
	Admin   bool
}

// Directory looks into the objects at every question: a change is seen at once.
type Directory struct {
	Objects *store.Objects
	// The one of the environment, valid in every mode. It has no mailbox. Without a name there is none.
	RecoveryName, RecoveryPassword string
}

// IsRecoveryAdmin compares with the administrator of the environment.
func (d Directory) IsRecoveryAdmin(name, password string) bool {
	sameName := subtle.ConstantTimeCompare([]byte(name), []byte(d.RecoveryName)) == 1
	samePassword := subtle.ConstantTimeCompare([]byte(password), []byte(d.RecoveryPassword)) == 1
	return d.RecoveryName != "" && sameName && samePassword
}

// HasDomain says whether mail for the domain is ours.
func (d Directory) HasDomain(name string) bool { return d.domainID(name) != "" }

// Find looks an address up.
func (d Directory) Find(address string) (Account, bool) {
	account, _ := d.find(address)
	return account, account.ID != ""
}

// Recipient finds whose mail for an address is: user+tag is another name of user.
func (d Directory) Recipient(address string) (Account, bool) {
	local, domain, _ := strings.Cut(address, "@")
	local, _, _ = strings.Cut(local, "+")
	return d.Find(local + "@" + domain)
}

// LogIn checks a password; the name to log in with is the address.
func (d Directory) LogIn(address, password string) (Account, bool) {
	account, object := d.find(address)
	if account.ID == "" {
		return Account{}, false
	}
	credentials, _ := object["credentials"].(store.Object)
	for _, one := range credentials {
		credential, _ := one.(store.Object)
		if secret, _ := credential["secret"].(string); Matches(secret, password) {
			return account, true
		}
	}
	return Account{}, false
}

func (d Directory) find(address string) (Account, store.Object) {
	local, domain, found := strings.Cut(address, "@")
	domainID := d.domainID(domain)
	if !found || domainID == "" {
		return Account{}, nil
	}
	for id, object := range d.Objects.All("Account") {
		name, _ := object["name"].(string)
		if object["domainId"] == domainID && strings.EqualFold(name, local) {
			roles, _ := object["roles"].(store.Object)
			return Account{ID: id, Address: strings.ToLower(address), Admin: roles["@type"] == "Admin"}, object
		}
	}
	return Account{}, nil
}

func (d Directory) domainID(name string) string {
	if d.Objects == nil || name == "" {
		return ""
	}
	for id, object := range d.Objects.All("Domain") {
		if domain, _ := object["name"].(string); strings.EqualFold(domain, name) {
			return id
		}
	}
	return ""
}
