package accounts

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/grantor-dev/grantor/server/storage/grants"
)

// hashedSize is how many bytes of a digest stand for an ID that does not fit into a subject.
const hashedSize = 20

// Subject returns the sub of a user of a provider: the name of the provider, a colon, and the
// ID of the user there. An ID that is too long, or has other characters than subjects may have,
// is replaced by a tilde and its digest.
func Subject(provider, id string) string {
	subject := provider + ":" + id
	if len(subject) <= grants.MaxSubject && !strings.HasPrefix(id, "~") && printable(id) {
		return subject
	}
	sum := sha256.Sum256([]byte(id))
	return provider + ":~" + base64.RawURLEncoding.EncodeToString(sum[:hashedSize])
}

// Provider returns the name of the provider that a subject begins with.
func Provider(subject string) string {
	name, _, _ := strings.Cut(subject, ":")
	return name
}

func printable(id string) bool {
	if id == "" {
		return false
	}
	for _, c := range []byte(id) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}
