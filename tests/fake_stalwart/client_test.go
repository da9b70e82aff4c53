package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/smtp"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var trusting = &tls.Config{InsecureSkipVerify: true}

func portText(n *node, name string) string { return strconv.Itoa(n.ports[name]) }

// client is a connection in lines, whatever the protocol.
type client struct {
	t      *testing.T
	conn   net.Conn
	reader *bufio.Reader
	tag    int
}

func (n *node) connect(port string) net.Conn {
	n.t.Helper()
	conn, err := net.Dial("tcp", "127.0.0.1:"+portText(n, port))
	if err != nil {
		n.t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(patience))
	n.t.Cleanup(func() { conn.Close() })
	return conn
}

func (n *node) dial(port string) *client {
	n.t.Helper()
	conn := n.connect(port)
	if strings.HasSuffix(port, "s") {
		conn = tls.Client(conn, trusting)
	}
	return &client{t: n.t, conn: conn, reader: bufio.NewReader(conn)}
}

// greeting has read the greeting, and that is one.
func (n *node) greeting(port string) *client {
	n.t.Helper()
	c := n.dial(port)
	if port == "sieve" {
		c.until("OK ")
		return c
	}
	if line := c.line(); !strings.HasPrefix(line, "220 ") && !strings.HasPrefix(line, "* OK ") {
		n.t.Fatalf("%s: %q", port, line)
	}
	return c
}

func (c *client) line() string {
	c.t.Helper()
	return strings.TrimRight(c.raw(), "\r\n")
}

func (c *client) raw() string {
	c.t.Helper()
	line, err := c.reader.ReadString('\n')
	if err != nil {
		c.t.Fatalf("%q %v", line, err)
	}
	return line
}

// until gives everything up to the line with one of these starts.
func (c *client) until(starts ...string) string {
	c.t.Helper()
	text := ""
	for {
		line := c.raw()
		text += line
		for _, start := range starts {
			if strings.HasPrefix(line, start) {
				return text
			}
		}
	}
}

func (c *client) say(text string) *client {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text+"\r\n"); err != nil {
		c.t.Fatal(err)
	}
	return c
}

func (c *client) secure() *client {
	conn := tls.Client(c.conn, trusting)
	c.conn, c.reader = conn, bufio.NewReader(conn)
	return c
}

// imap sends a command and gives all of its response.
func (c *client) imap(command string) string {
	c.t.Helper()
	c.tag++
	tag := fmt.Sprintf("A%d ", c.tag)
	return c.say(tag + command).until(tag)
}

func (n *node) login(address string) *client {
	n.t.Helper()
	c := n.greeting("imaps")
	if answer := c.imap(fmt.Sprintf("LOGIN %q %q", address, password)); !strings.Contains(answer, "OK [CAPABILITY ") {
		n.t.Fatal(answer)
	}
	return c
}

func plain(address string) string {
	return base64.StdEncoding.EncodeToString([]byte("\x00" + address + "\x00" + password))
}

func (n *node) submission(address string) *smtp.Client {
	n.t.Helper()
	c, err := smtp.NewClient(n.connect("submission"), "127.0.0.1")
	if err == nil {
		err = c.StartTLS(trusting)
	}
	if err == nil {
		err = c.Auth(smtp.PlainAuth("", address, password, "127.0.0.1"))
	}
	if err != nil {
		n.t.Fatal(err)
	}
	return c
}

// submit gives the error of the first step that fails.
func submit(c *smtp.Client, from, to, id string) error {
	if err := c.Mail(from); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		c.Reset()
		return err
	}
	data, err := c.Data()
	if err != nil {
		return err
	}
	fmt.Fprintf(data, "From: <%s>\r\nMessage-ID: <%s@test>\r\nSubject: %s\r\n\r\n.dot\r\nlast line\r\n", from, id, id)
	return data.Close()
}

func (n *node) send(from, to, id string) {
	n.t.Helper()
	c := n.submission(from)
	if err := submit(c, from, to, id); err != nil {
		n.t.Fatal(err)
	}
	c.Quit()
}

var identity = regexp.MustCompile(`<([^@>]*)@test>`)

// stored gives the ids of an INBOX's messages in order, "UIDVALIDITY:UID id" each.
func (n *node) stored(address string) []string {
	n.t.Helper()
	c := n.login(address)
	selected := c.imap("EXAMINE INBOX")
	validity := regexp.MustCompile(`UIDVALIDITY (\d+)`).FindStringSubmatch(selected)
	var all []string
	for _, part := range strings.Split(c.imap("UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"), "* ")[1:] {
		uid := regexp.MustCompile(`UID (\d+)`).FindStringSubmatch(part)
		if id := identity.FindStringSubmatch(part); uid != nil && id != nil {
			all = append(all, validity[1]+":"+uid[1]+" "+id[1])
		}
	}
	return all
}

func ids(stored []string) string {
	var all bytes.Buffer
	for _, one := range stored {
		_, id, _ := strings.Cut(one, " ")
		all.WriteString(id + " ")
	}
	return strings.TrimSpace(all.String())
}

func reachable(n *node, port string) bool {
	conn, err := net.Dial("tcp", "127.0.0.1:"+portText(n, port))
	if err == nil {
		conn.Close()
	}
	return err == nil
}

func commonName(c *client) string {
	return c.conn.(*tls.Conn).ConnectionState().PeerCertificates[0].Subject.CommonName
}

func writeCertificate(t *testing.T, certificate, key, name string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}}
	encoded, err := x509.CreateCertificate(rand.Reader, &template, &template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{
		certificate: {Type: "CERTIFICATE", Bytes: encoded}, key: {Type: "EC PRIVATE KEY", Bytes: bytes},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
