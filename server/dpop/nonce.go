package dpop

import (
	"strconv"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/keys"
)

// step is how often the nonce changes. One is fresh while it is the current one, the one
// before, or, as replicas have different clocks, the one after.
const step = 30 * time.Second

func stepOf(now time.Time) int64 { return now.Unix() / int64(step/time.Second) }

// newNonce returns the nonce of a time: the time and a MAC, so that each replica knows those
// of the others and nothing is stored.
func newNonce(set *keys.Set, issuer string, now time.Time) string {
	at := strconv.FormatInt(stepOf(now), 36)
	return at + "." + set.MAC(keys.PurposeDPoPNonce, issuer, at)
}

// nonceOf reports whether a text is a nonce of the server, and whether it is fresh.
func nonceOf(set *keys.Set, issuer, text string, now time.Time) (known, fresh bool) {
	at, mac, _ := strings.Cut(text, ".")
	if !set.VerifyMAC(keys.PurposeDPoPNonce, mac, issuer, at) {
		return false, false
	}
	made, err := strconv.ParseInt(at, 36, 64)
	age := stepOf(now) - made
	return err == nil, err == nil && age >= -1 && age <= 1
}
