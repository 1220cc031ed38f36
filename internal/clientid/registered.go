package clientid

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

const (
	// registeredPrefix begins the UID of every client that registered without a token.
	registeredPrefix = "reg-"
	// SealedPrefix begins the ID of every such client.
	SealedPrefix = "gdr_"
	// MaxSealed is how long such an ID may be, in bytes.
	MaxSealed = 600
)

// IsSealed reports whether an ID wants to be that of a client which registered without a
// token.
func IsSealed(id string) bool { return strings.HasPrefix(id, SealedPrefix) }

// OfRegistration returns the UID of the client whose ID has all that it registered.
func OfRegistration(id string) UID {
	sum := sha256.Sum256([]byte(id))
	return UID(registeredPrefix + hex.EncodeToString(sum[:16]))
}

// Registered reports whether the client registered without a token.
func (u UID) Registered() bool { return strings.HasPrefix(string(u), registeredPrefix) }
