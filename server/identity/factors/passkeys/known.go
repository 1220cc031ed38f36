package passkeys

import (
	"encoding/json"
	"fmt"

	"github.com/go-webauthn/webauthn/webauthn"
)

// kept is a passkey without its attestation, which is large and only shows the model of the
// authenticator.
func kept(c *webauthn.Credential) ([]byte, error) {
	short := *c
	short.Attestation = webauthn.CredentialAttestation{}
	raw, err := json.Marshal(short)
	if err != nil {
		return nil, fmt.Errorf("encode passkey: %w", err)
	}
	return raw, nil
}

// known is a User as the library knows one.
type known struct {
	User
	credentials []webauthn.Credential
}

var _ webauthn.User = (*known)(nil)

func (u User) known() (*known, error) {
	out := &known{User: u}
	for _, raw := range u.Credentials {
		var c webauthn.Credential
		if err := json.Unmarshal(raw, &c); err != nil {
			return nil, fmt.Errorf("decode passkey: %w", err)
		}
		out.credentials = append(out.credentials, c)
	}
	return out, nil
}

// WebAuthnID implements webauthn.User.
func (k *known) WebAuthnID() []byte { return k.Handle }

// WebAuthnName implements webauthn.User.
func (k *known) WebAuthnName() string { return k.Name }

// WebAuthnDisplayName implements webauthn.User.
func (k *known) WebAuthnDisplayName() string { return k.DisplayName }

// WebAuthnCredentials implements webauthn.User.
func (k *known) WebAuthnCredentials() []webauthn.Credential { return k.credentials }
