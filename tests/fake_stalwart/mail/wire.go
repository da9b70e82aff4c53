// Package mail speaks SMTP, IMAP, ManageSieve and a greeting of POP3.
package mail

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

const (
	idleLimit     = 30 * time.Minute // IMAP wants so much
	goodbyeLimit  = 300 * time.Millisecond
	bufferSize    = 64 * 1024
	maxLineLength = bufferSize
)

var errLineTooLong = errors.New("line too long")

// wire is a connection in lines. One goroutine reads; several may write, each of them whole pieces of protocol.
type wire struct {
	raw    net.Conn // as accepted: deadlines are set on it
	mutex  sync.Mutex
	conn   net.Conn // the same, or TLS over it
	closed bool
	reader *bufio.Reader
	secure bool
	// How long it waits for the client.
	patience time.Duration
}

func newWire(conn net.Conn, secure bool) *wire {
	// A handshake reads before anything else does.
	conn.SetDeadline(time.Now().Add(idleLimit))
	return &wire{raw: conn, conn: conn, reader: bufio.NewReaderSize(conn, bufferSize), secure: secure, patience: idleLimit}
}

// readLine gives a line without its end; a bare LF ends one too.
func (w *wire) readLine() (string, error) {
	line, err := w.readChunk()
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", errLineTooLong
	}
	return strings.TrimRight(string(line), "\r\n"), err
}

// readChunk gives bytes up to and including LF, or as many as there is room for, with bufio.ErrBufferFull.
func (w *wire) readChunk() ([]byte, error) {
	w.raw.SetReadDeadline(time.Now().Add(w.patience))
	return w.reader.ReadSlice('\n')
}

func (w *wire) readFull(size int) ([]byte, error) {
	w.raw.SetReadDeadline(time.Now().Add(w.patience))
	content := make([]byte, size)
	_, err := io.ReadFull(w.reader, content)
	return content, err
}

func (w *wire) write(text string) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.closed {
		return net.ErrClosed
	}
	w.raw.SetWriteDeadline(time.Now().Add(idleLimit))
	_, err := io.WriteString(w.conn, text)
	return err
}

// startTLS forgets what came in clear after the command: it may be anybody's.
func (w *wire) startTLS(config *tls.Config) error {
	secured := tls.Server(w.conn, config)
	w.raw.SetDeadline(time.Now().Add(idleLimit))
	if err := secured.Handshake(); err != nil {
		return err
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.conn, w.secure = secured, true
	w.reader.Reset(secured)
	return nil
}

// close ends the connection, with last words where there are any. A client that does not listen is not waited for.
func (w *wire) close(lastWords string) {
	// Not under the mutex: this is what makes a writer that is stuck let go of it.
	w.raw.SetDeadline(time.Now().Add(goodbyeLimit))
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.closed {
		return
	}
	w.closed = true
	if lastWords != "" {
		io.WriteString(w.conn, lastWords)
	}
	w.conn.Close()
}
