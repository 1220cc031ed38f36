package credentials

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
)

// Pepper is a key for digests of client secrets and for seals. It never leaves the
// server's namespace, so a digest reveals nothing.
type Pepper struct {
	id     string
	digest macKey
	seal   macKey
	// redirects seals redirect URIs, registrations what the server registered.
	redirects, registrations macKey
	// connections encrypts what a server hands over to the operator.
	connections cipher.AEAD
}

// NewPepper derives the keys of a pepper from its raw value of at least 32 bytes.
func NewPepper(id string, raw []byte) (Pepper, error) {
	if id == "" || strings.Contains(id, ".") {
		return Pepper{}, errors.New("the id of a pepper must not be empty and must not contain a dot, which ends it in a digest")
	}
	if len(raw) < sha256.Size {
		return Pepper{}, errors.New("a pepper needs at least 32 bytes")
	}
	p := Pepper{id: id}
	for purpose, key := range map[string]*macKey{
		"grantor/client-secret-digest/v1": &p.digest, "grantor/credential-seal/v1": &p.seal, "grantor/redirect-uris-seal/v1": &p.redirects,
		"grantor/registration-seal/v1": &p.registrations,
	} {
		derived, err := hkdf.Key(sha256.New, raw, nil, purpose, sha256.Size)
		if err != nil {
			return Pepper{}, err
		}
		*key = newMACKey(derived)
	}
	derived, err := hkdf.Key(sha256.New, raw, nil, "grantor/connection-seal/v1", chacha20poly1305.KeySize)
	if err != nil {
		return Pepper{}, err
	}
	p.connections, err = chacha20poly1305.NewX(derived)
	return p, err
}

// ID returns the key id of p.
func (p Pepper) ID() string { return p.id }

// Peppers are all peppers of a server; the first one makes new digests.
type Peppers []Pepper

// Current returns the pepper that makes new digests, and false if there is none.
func (p Peppers) Current() (Pepper, bool) {
	if len(p) == 0 {
		return Pepper{}, false
	}
	return p[0], true
}

// PepperID returns the id of the pepper that made a digest or a seal, empty for what is
// neither.
func PepperID(made string) string {
	parts := strings.Split(made, ".")
	if len(parts) < 3 || parts[0] != formatVersion {
		return ""
	}
	return parts[1]
}

func (p Peppers) byID(id string) (Pepper, bool) {
	for _, pepper := range p {
		if pepper.id == id {
			return pepper, true
		}
	}
	return Pepper{}, false
}
