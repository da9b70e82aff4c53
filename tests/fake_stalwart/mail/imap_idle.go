package mail

import "strings"

// idle tells what changes until the client says DONE.
func (s *imapSession) idle(command imapCommand) error {
	if err := s.write("+ Idling, send 'DONE' to stop.\r\n"); err != nil {
		return err
	}
	type reading struct {
		line string
		err  error
	}
	read := make(chan reading, 1)
	go func() {
		line, err := s.readLine()
		read <- reading{line, err}
	}()
	for {
		var changed <-chan struct{}
		if s.mailbox != nil {
			changed = s.mailbox.Changed()
		}
		// After the channel was taken: what changes from here on is not missed.
		if err := s.catchUp(true); err != nil {
			return err
		}
		select {
		case <-changed:
		case got := <-read:
			if got.err != nil {
				return got.err
			}
			if !strings.EqualFold(got.line, "DONE") {
				return s.bad(command, "DONE was expected.")
			}
			return s.ok(command, "IDLE completed")
		}
	}
}
