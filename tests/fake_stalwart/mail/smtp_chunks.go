package mail

import (
	"strconv"
	"strings"
)

// chunk takes a part of a message by its number of octets (RFC 3030). They are read whatever the answer is: they are no command.
func (s *smtpSession) chunk(rest string) error {
	count, last, _ := strings.Cut(strings.TrimSpace(rest), " ")
	size, err := strconv.Atoi(count)
	if err != nil || size < 0 || last != "" && !strings.EqualFold(last, "LAST") {
		return s.reply("501 5.5.2 Syntax error, expected: BDAT chunk-size [LAST]")
	}
	octets, fits, err := s.readChunkOf(size)
	switch {
	case err != nil:
		return err
	case !s.inMail:
		return s.reply("503 5.5.1 MAIL is required first.")
	case len(s.recipients) == 0:
		return s.reply("503 5.5.1 RCPT is required first.")
	case !fits:
		return s.reply(tooBig)
	}
	s.chunks = append(s.chunks, octets...)
	if last == "" {
		return s.reply("250 2.6.0 Chunk accepted.")
	}
	return s.take(s.chunks)
}

// readChunkOf keeps nothing of a chunk that is too large.
func (s *smtpSession) readChunkOf(size int) (octets []byte, fits bool, err error) {
	fits = len(s.chunks)+size <= maxMessage
	for left := size; left > 0; {
		piece, err := s.readFull(min(left, bufferSize))
		if err != nil {
			return nil, false, err
		}
		left -= len(piece)
		if fits {
			octets = append(octets, piece...)
		}
	}
	return octets, fits, nil
}
