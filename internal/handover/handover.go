package handover

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

const (
	// MaxAge is how long after it was received a code may be redeemed.
	MaxAge = 10 * time.Minute
	// Lifetime is how long a Connection tells what became of it.
	Lifetime = 15 * time.Minute
	// MaxCode is how long a code may be, in bytes, so that every payload fits into a
	// Connection.
	MaxCode = 4096
)

// payloadVersion is the version of a payload. Another is refused.
const payloadVersion = 1

// Code is an authorization code with what is needed to redeem it. It is secret.
type Code struct {
	// Code is what the provider gave, Verifier the code_verifier of the request (RFC 7636);
	// empty if there was none.
	Code, Verifier string
	// RedirectURI is that of the authorization request.
	RedirectURI string
	// UserUID is the UID of the person, whose username is Username.
	UserUID, Username string
	// SignedInAt is when the person signed in, and ReceivedAt when the person came back.
	SignedInAt, ReceivedAt time.Time
	// Provider stands for the provider that the person saw (tokenspec.ProviderDigest).
	Provider string
}

// payload is what is encrypted.
type payload struct {
	Version     int    `json:"version"`
	Code        string `json:"code"`
	Verifier    string `json:"verifier,omitempty"`
	RedirectURI string `json:"redirectURI"`
	UserUID     string `json:"userUID"`
	Username    string `json:"username"`
	// SignedInAt and ReceivedAt are in milliseconds since 1970.
	SignedInAt int64  `json:"signedInAt"`
	ReceivedAt int64  `json:"receivedAt"`
	Provider   string `json:"provider"`
}

// Seal completes a Connection that has its public fields and its name.
func (c Code) Seal(pepper credentials.Pepper, object *sessionv1alpha1.Connection) error {
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	// Codes may have ampersands, which would take six bytes each.
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(payload{
		payloadVersion, c.Code, c.Verifier, c.RedirectURI, c.UserUID, c.Username,
		c.SignedInAt.UnixMilli(), c.ReceivedAt.UnixMilli(), c.Provider,
	})
	if err != nil {
		return fmt.Errorf("encode connection: %w", err)
	}
	object.Spec.Payload = pepper.SealConnection(contextOf(object), plain.Bytes())
	return nil
}

// Open returns what a Connection holds, or credentials.ErrConnection.
func Open(peppers credentials.Peppers, object *sessionv1alpha1.Connection) (Code, error) {
	plain, err := peppers.OpenConnection(contextOf(object), object.Spec.Payload)
	if err != nil {
		return Code{}, err
	}
	var p payload
	if json.Unmarshal(plain, &p) != nil || p.Version != payloadVersion {
		return Code{}, credentials.ErrConnection
	}
	return Code{
		p.Code, p.Verifier, p.RedirectURI, p.UserUID, p.Username,
		time.UnixMilli(p.SignedInAt).UTC(), time.UnixMilli(p.ReceivedAt).UTC(), p.Provider,
	}, nil
}

// contextOf returns what a payload is bound to: every public field but the state and what the
// operator writes.
func contextOf(object *sessionv1alpha1.Connection) string {
	spec := &object.Spec
	return fmt.Sprintf("%q", []string{
		object.Namespace, object.Name, spec.Server, spec.Namespace, spec.Token, spec.TokenUID,
		strconv.FormatInt(spec.Generation, 10), spec.Subject, strconv.FormatInt(spec.ExpiresAt.Unix(), 10),
	})
}
