package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"os"
	"sync/atomic"
	"time"

	"stalwart-e2e/fake-stalwart/lies"
	"stalwart-e2e/fake-stalwart/store"
)

// certificates is where the certificate comes from, and the one that is shown now.
type certificates struct {
	objects  *store.Objects
	hostname string
	lies     lies.Lies
	log      logger
	shown    atomic.Pointer[tls.Certificate]
}

// load takes the first Certificate object that can be used, and otherwise, or for a lie, a certificate made for this start.
func (c *certificates) load() error {
	if c.objects != nil && !c.lies.NewCertificate {
		for _, id := range c.objects.Ids("Certificate") {
			certificate, err := loaded(c.objects.Get("Certificate", id))
			if err == nil {
				c.shown.Store(&certificate)
				return nil
			}
			c.log.event("ERROR", "tls.certificate-error", fmt.Sprintf("id = %q, reason = %q", id, err))
		}
	}
	certificate, err := selfSigned(c.hostname)
	if err == nil {
		c.shown.Store(&certificate)
	}
	return err
}

func (c *certificates) config() *tls.Config {
	return &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.shown.Load(), nil }}
}

func loaded(object store.Object) (certificate tls.Certificate, err error) {
	chain, err := textOf(object["certificate"], "value")
	if err != nil {
		return certificate, err
	}
	key, err := textOf(object["privateKey"], "secret")
	if err != nil {
		return certificate, err
	}
	return tls.X509KeyPair(chain, key)
}

// textOf reads a text that is given as such, in a file or in the environment.
func textOf(value any, property string) ([]byte, error) {
	object, _ := value.(store.Object)
	part := func(name string) string {
		text, _ := object[name].(string)
		return text
	}
	switch object["@type"] {
	case "File":
		return os.ReadFile(part("filePath"))
	case "EnvironmentVariable":
		return []byte(os.Getenv(part("variableName"))), nil
	}
	return []byte(part(property)), nil
}

func selfSigned(hostname string) (certificate tls.Certificate, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return certificate, err
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: hostname},
		DNSNames:     []string{hostname},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().AddDate(1, 0, 0),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	encoded, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	return tls.Certificate{Certificate: [][]byte{encoded}, PrivateKey: key}, err
}
