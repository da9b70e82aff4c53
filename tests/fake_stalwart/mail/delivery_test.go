package mail

import "testing"

func TestCorrupted(t *testing.T) {
	for _, one := range [][2]string{
		{"A: b\r\n\r\nabcde", "A: b\r\n\r\nabCde"}, {"A: b\r\n\r\n 7\r\n", "A: b\r\n\r\n 6\r\n"}, {"A: b\r\n\r\nx...", "A: b\r\n\r\nX..."},
		{"A: b\r\n\r\n", "A: b\r\n\r\nx"}, {"A: b\r\n\r\n\xe9\r\n", "A: b\r\n\r\n\xe9\r\nx"}, {"A: b", "A: bx"},
	} {
		if got := string(corrupted([]byte(one[0]))); got != one[1] {
			t.Errorf("%q became %q", one[0], got)
		}
	}
}
