package mail

import "strings"

// pop3Session greets, and takes leave: no client of ours reads mail here.
type pop3Session struct{ *wire }

func (s *pop3Session) line() *wire     { return s.wire }
func (s *pop3Session) goodbye() string { return "-ERR Server shutting down.\r\n" }

func (s *pop3Session) run() error {
	if err := s.write("+OK Stalwart POP3 at your service.\r\n"); err != nil {
		return err
	}
	for {
		line, err := s.readLine()
		if err != nil {
			return err
		}
		if strings.EqualFold(line, "QUIT") {
			return s.write("+OK Stalwart POP3 bids you farewell.\r\n")
		}
		if err := s.write("-ERR This stand-in only greets.\r\n"); err != nil {
			return err
		}
	}
}
