package accounts

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
)

const (
	hashPrefix = "$pbkdf2-sha256$"
	// Few: what is kept here protects nothing.
	rounds    = 1000
	minLength = 8
	// Fewer different characters than this are guessed soon.
	minDistinct = 5
)

var common = []string{"password", "passwort", "qwertyui", "qwertyuiop", "letmein", "iloveyou", "administrator", "admin",
	"welcome", "abcdefgh", "sunshine", "football", "baseball", "princess", "secret", "stalwart"}

// Hash is what is kept of a password. A hash stays as it is.
func Hash(password string) string {
	if IsHash(password) {
		return password
	}
	salt := make([]byte, 12)
	rand.Read(salt)
	return hashWith(salt, password)
}

// IsHash tells what Hash made from a password.
func IsHash(text string) bool { return strings.HasPrefix(text, hashPrefix) }

// Matches compares a password with a hash.
func Matches(hash, password string) bool {
	salt, _, _ := strings.Cut(strings.TrimPrefix(hash, hashPrefix), "$")
	bytes, err := base64.RawStdEncoding.DecodeString(salt)
	if !IsHash(hash) || err != nil {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(hash), []byte(hashWith(bytes, password))) == 1
}

// Weakness says why a password is refused, or nothing. Stalwart's estimate is finer.
func Weakness(password string) string {
	if len(password) < minLength {
		return fmt.Sprintf("Password must be at least %d characters long", minLength)
	}
	distinct := map[rune]bool{}
	for _, one := range password {
		distinct[one] = true
	}
	word := strings.TrimRight(strings.ToLower(password), "0123456789!?.#$-_ ")
	if len(distinct) < minDistinct || word == "" {
		return "Password is too weak"
	}
	for _, one := range common {
		if word == one {
			return "Password is too weak"
		}
	}
	return ""
}

func hashWith(salt []byte, password string) string {
	key, err := pbkdf2.Key(sha256.New, password, salt, rounds, sha256.Size)
	if err != nil {
		panic(err) // Only for lengths that cannot be.
	}
	encode := base64.RawStdEncoding.EncodeToString
	return hashPrefix + encode(salt) + "$" + encode(key)
}
