package sealed

import (
	"encoding/json"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/server/keys"
)

// version begins what is sealed, so that a later one can stand beside it. A client of a system has
// the second: replicas that know nothing of systems must not take it for any other client.
const version, versionOfSystem = 1, 2

// content is what a client ID has of a client. Names are short, because an ID is a part of
// URLs.
type content struct {
	Version int `json:"v"`
	// Issued is when the client registered, in seconds of Unix time.
	Issued    int64    `json:"t"`
	Name      string   `json:"n,omitempty"`
	Redirects []string `json:"r"`
	// Method is how the client authenticates; empty if it does not.
	Method oauthv1alpha1.AuthenticationMethod `json:"m,omitempty"`
	// Refreshes says that the client uses refresh tokens, DPoP that it always proves to have
	// a key, and Pushes that it pushes all requests.
	Refreshes bool `json:"f,omitempty"`
	DPoP      bool `json:"d,omitempty"`
	Pushes    bool `json:"p,omitempty"`
	// System is the one by whose paths the client registered, and Website what it said there.
	System  oauthv1alpha1.CompatibilityProfile `json:"s,omitempty"`
	Website string                             `json:"w,omitempty"`
}

// seal returns the client ID of what a client registered at an issuer.
func seal(set *keys.Set, issuer string, c *content) (string, error) {
	c.Version = version
	if c.System != "" {
		c.Version = versionOfSystem
	}
	plain, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	return clientid.SealedPrefix + set.Seal(keys.PurposeClientID, issuer, plain), nil
}

// open returns what the client with an ID registered at an issuer, nil for no such ID.
func open(set *keys.Set, issuer, id string) *content {
	if len(id) > clientid.MaxSealed || !clientid.IsSealed(id) {
		return nil
	}
	plain, err := set.Open(keys.PurposeClientID, issuer, id[len(clientid.SealedPrefix):])
	if err != nil {
		return nil
	}
	c := &content{}
	if json.Unmarshal(plain, c) != nil || c.Version != version && c.Version != versionOfSystem {
		return nil
	}
	return c
}

// issued returns when the client registered.
func (c *content) issued() time.Time { return time.Unix(c.Issued, 0) }

// secretPrefix begins each secret.
const secretPrefix = "gcs_"

// secretOf returns the secret of the client with an ID: two codes, each of 160 bits.
func secretOf(set *keys.Set, issuer, id string) string {
	return secretPrefix + set.MAC(keys.PurposeClientSecret, "1", issuer, id) + set.MAC(keys.PurposeClientSecret, "2", issuer, id)
}

// isSecret reports whether a text is the secret of the client with an ID. It takes the same time
// whichever character differs.
func isSecret(set *keys.Set, issuer, id, text string) bool {
	if len(text) <= len(secretPrefix) || text[:len(secretPrefix)] != secretPrefix {
		return false
	}
	codes := text[len(secretPrefix):]
	half := len(codes) / 2
	first := set.VerifyMAC(keys.PurposeClientSecret, codes[:half], "1", issuer, id)
	second := set.VerifyMAC(keys.PurposeClientSecret, codes[half:], "2", issuer, id)
	return first && second
}
