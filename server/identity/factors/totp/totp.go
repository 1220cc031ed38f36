// Package totp makes and checks the codes of authenticator apps (RFC 6238): SHA-1, six
// digits, thirty seconds, which is what all of them know. It stores nothing.
package totp

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // RFC 6238; HMAC needs no collision resistance
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

const (
	// SecretSize is that of a secret in bytes (RFC 4226 section 4).
	SecretSize = 20
	period     = 30
	// skew is how many steps a clock may be away (RFC 6238 section 5.2).
	skew = 1
)

var encoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// NewSecret returns a random secret.
func NewSecret() []byte {
	secret := make([]byte, SecretSize)
	_, _ = rand.Read(secret)
	return secret
}

// Text is a secret as users type it.
func Text(secret []byte) string { return encoding.EncodeToString(secret) }

// URI returns what an app reads from a QR code. The issuer and the account are what it
// shows.
func URI(issuer, account string, secret []byte) string {
	label := url.PathEscape(strings.ReplaceAll(issuer, ":", " ") + ":" + account)
	query := "secret=" + Text(secret) + "&issuer=" + strings.ReplaceAll(url.QueryEscape(issuer), "+", "%20") + "&algorithm=SHA1&digits=6&period=30"
	return "otpauth://totp/" + label + "?" + query
}

// Match returns the step at whose code a user has given, if it is after the last one that
// was used and close to now.
func Match(secret []byte, code string, last int64, now time.Time) (step int64, ok bool) {
	code = strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '-' {
			return -1
		}
		return r
	}, code)
	present := now.Unix() / period
	for s := present - skew; s <= present+skew; s++ {
		if subtle.ConstantTimeCompare([]byte(Code(secret, s)), []byte(code)) == 1 && s > last {
			step, ok = s, true
		}
	}
	return step, ok
}

// Code returns the code of a step (RFC 4226 section 5.3).
func Code(secret []byte, step int64) string {
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step)) //nolint:gosec // times after 1970
	mac := hmac.New(sha1.New, secret)
	mac.Write(counter[:])
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fffffff%1_000_000)
}

// Step returns the step of a time.
func Step(t time.Time) int64 { return t.Unix() / period }
