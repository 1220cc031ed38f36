package storage

import (
	"crypto/rand"
	"encoding/hex"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

// nameSize is the number of random bytes in a name.
const nameSize = 16

// NewName returns a random name of 128 bits.
func NewName() string {
	var b [nameSize]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// ValidName reports whether a text has the form of what NewName returns.
func ValidName(name string) bool {
	if len(name) != 2*nameSize {
		return false
	}
	for _, c := range []byte(name) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Labels returns the labels of an object that belongs to a user with the given key, and may
// be deleted after a time; the zero time is never.
func Labels(deletable time.Time, user string) map[string]string {
	if deletable.IsZero() {
		return map[string]string{sessionv1alpha1.LabelSubject: user}
	}
	return map[string]string{
		sessionv1alpha1.LabelExpires: deletable.UTC().Format(sessionv1alpha1.ExpiresLayout),
		sessionv1alpha1.LabelSubject: user,
	}
}

// Seconds returns a time in whole seconds, which is what objects hold, rounded up so
// that nothing ends before its time.
func Seconds(t time.Time) time.Time {
	return t.Add(time.Second - 1).Truncate(time.Second).UTC()
}
