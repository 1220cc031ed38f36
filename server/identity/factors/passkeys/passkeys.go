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
	// ErrCloned says that a passkey counts its signatures, and that its count is lower than
	// before.
	ErrCloned = errors.New("the passkey was copied")
)

// User is the owner of passkeys.
type User struct {
	// Handle identifies the user at authenticators.
	Handle []byte
	// Name and DisplayName are what authenticators show.
	Name, DisplayName string
	// Credentials are what Created and Answered returned.
	Credentials [][]byte
}

// Ceremony is one challenge.
type Ceremony struct {
	// Session is needed to verify the answer. Users must not be able to change it.
	Session json.RawMessage `json:"s"`
	// At is when the challenge was made, in milliseconds since 1970.
	At int64 `json:"t"`
}

// party returns the relying party, which the issuer names.
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

// Available reports whether browsers support passkeys for an issuer: its host must be a name.
func Available(issuer string) bool {
	u, err := url.Parse(issuer)
	if err != nil || u.Hostname() == "" {
		return false
	}
	_, err = netip.ParseAddr(u.Hostname())
	return err != nil
}

// Create returns the options with which a browser creates a passkey, as JSON.
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

// Created returns the passkey that a browser has created. It returns ErrWrong.
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

// Ask returns the options with which a browser signs in, as JSON.
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

// Answered verifies the answer of a browser, and returns the passkey as it is afterwards. It
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

// between returns the relying party and the user of a ceremony.
func between(issuer string, u User) (*webauthn.WebAuthn, *known, error) {
	p, err := party(issuer)
	if err != nil {
		return nil, nil, err
	}
	user, err := u.known()
	return p, user, err
}

// asked returns the relying party, the user and the session of a ceremony that was begun. It
// returns ErrWrong.
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
