package passkeys

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

var (
	// ErrWrong says that an answer does not verify.
	ErrWrong = errors.New("the passkey does not verify")
	// ErrCloned says that a passkey counts its signatures, and has counted fewer than before.
	ErrCloned = errors.New("the passkey was copied")
)

// User is whose passkeys they are.
type User struct {
	// Handle stands for the user at authenticators.
	Handle []byte
	// Name and DisplayName are what authenticators show.
	Name, DisplayName string
	// Credentials are what Created and Answered returned.
	Credentials [][]byte
}

// Ceremony is one question.
type Ceremony struct {
	// Session is what is needed to verify the answer. Users must not be able to change it.
	Session json.RawMessage `json:"s"`
	// At is when it was asked, in milliseconds since 1970.
	At int64 `json:"t"`
}

// party returns who asks, which the issuer names.
func party(issuer string) (*webauthn.WebAuthn, error) {
	u, err := url.Parse(issuer)
	if err != nil {
		return nil, fmt.Errorf("parse the issuer: %w", err)
	}
	return webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: u.Hostname(), RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationPreferred,
		},
	})
}

// Available reports whether browsers have passkeys for an issuer: it must have a name.
func Available(issuer string) bool {
	u, err := url.Parse(issuer)
	if err != nil || u.Hostname() == "" {
		return false
	}
	_, err = netip.ParseAddr(u.Hostname())
	return err != nil
}

// Create returns what a browser is asked to make a passkey, as JSON.
func Create(issuer string, u User, now time.Time) (options []byte, c Ceremony, err error) {
	p, known, err := between(issuer, u)
	if err != nil {
		return nil, c, err
	}
	var excluded []protocol.CredentialDescriptor
	for _, credential := range known.credentials {
		excluded = append(excluded, credential.Descriptor())
	}
	creation, session, err := p.BeginRegistration(known, webauthn.WithExclusions(excluded))
	if err != nil {
		return nil, c, fmt.Errorf("begin registration: %w", err)
	}
	return packed(creation.Response, session, now)
}

// Created returns a passkey that a browser has made. It returns ErrWrong.
func Created(issuer string, u User, c Ceremony, answer string) (id, credential []byte, err error) {
	p, known, session, err := asked(issuer, u, c)
	if err != nil {
		return nil, nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes([]byte(answer))
	if err != nil {
		return nil, nil, ErrWrong
	}
	made, err := p.CreateCredential(known, session, parsed)
	if err != nil {
		return nil, nil, ErrWrong
	}
	credential, err = kept(made)
	return made.ID, credential, err
}

// Ask returns what a browser is asked to sign in, as JSON.
func Ask(issuer string, u User, now time.Time) (options []byte, c Ceremony, err error) {
	p, known, err := between(issuer, u)
	if err != nil {
		return nil, c, err
	}
	assertion, session, err := p.BeginLogin(known)
	if err != nil {
		return nil, c, fmt.Errorf("begin login: %w", err)
	}
	return packed(assertion.Response, session, now)
}

// Answered verifies what a browser answers, and returns the passkey as it is afterwards. It
// returns ErrWrong or ErrCloned.
func Answered(issuer string, u User, c Ceremony, answer string) (id, credential []byte, err error) {
	p, known, session, err := asked(issuer, u, c)
	if err != nil {
		return nil, nil, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes([]byte(answer))
	if err != nil {
		return nil, nil, ErrWrong
	}
	used, err := p.ValidateLogin(known, session, parsed)
	switch {
	case err != nil:
		return nil, nil, ErrWrong
	case used.Authenticator.CloneWarning:
		return nil, nil, ErrCloned
	}
	credential, err = kept(used)
	return used.ID, credential, err
}

// between returns who asks, and who is asked.
func between(issuer string, u User) (*webauthn.WebAuthn, *known, error) {
	p, err := party(issuer)
	if err != nil {
		return nil, nil, err
	}
	user, err := u.known()
	return p, user, err
}

// asked returns who asked, who was asked and what. It returns ErrWrong.
func asked(issuer string, u User, c Ceremony) (*webauthn.WebAuthn, *known, webauthn.SessionData, error) {
	var session webauthn.SessionData
	p, user, err := between(issuer, u)
	if err == nil && json.Unmarshal(c.Session, &session) != nil {
		err = ErrWrong
	}
	return p, user, session, err
}

func packed(options any, session *webauthn.SessionData, now time.Time) ([]byte, Ceremony, error) {
	text, err := json.Marshal(options)
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("encode options: %w", err)
	}
	private, err := json.Marshal(session)
	return text, Ceremony{private, now.UnixMilli()}, err
}

// kept is a passkey without what only says which model made it: nobody asks for it, and it is
// large.
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
