package persons

import (
	"fmt"
	"time"
	"unicode/utf8"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/server/storage"
)

// Lifetime is how long a Person is kept after the user was last seen.
const Lifetime = 365 * 24 * time.Hour

// maxUsername is the length of the username that is shown, in bytes.
const maxUsername = 256

// Person is a user of an identity provider.
type Person struct {
	// Subject is the sub of the user, Provider the name of the OAuthIdentityProvider.
	Subject, Provider string
	// UID is that of the object. It is empty until the Person is stored.
	UID string
	// Account is what the provider last said, Realm its origin: the account is not valid
	// elsewhere, and its tokens are sent nowhere else.
	Account upstream.Account
	Realm   string
	// Blocked says that the provider no longer lets the user in, or that an administrator
	// blocked the user.
	Blocked bool
	// NotBefore is the time before which nothing that was issued is valid.
	NotBefore time.Time
	// CheckedAt is when the provider confirmed the Account, RetryAt when it may be asked again
	// after it could not be asked, and CheckingUntil until when a replica asks it. Each is
	// zero for never.
	CheckedAt, RetryAt, CheckingUntil time.Time
	// ExpiresAt is when the Person ends.
	ExpiresAt time.Time

	name, version string
}

// after returns a Person who signs in now after what was stored, nil for nothing. What began
// before a Person was blocked, by whomever, or could not be verified, or with the account of
// another realm, stays invalid.
func (p Person) after(stored *Person, now time.Time) Person {
	now = now.Truncate(time.Millisecond).UTC()
	p.CheckedAt, p.ExpiresAt = now, storage.Seconds(now.Add(Lifetime))
	switch {
	case stored == nil:
	case stored.Blocked, stored.Subject != p.Subject, stored.Realm != p.Realm:
		p.NotBefore = now
	default:
		p.NotBefore = stored.NotBefore
	}
	return p
}

// payloadVersion is the version of what payload encrypts.
const payloadVersion = 1

// payload is the private part of a stored Person. Times are in milliseconds since 1970.
type payload struct {
	storage.Versioned
	Account       account `json:"account"`
	Realm         string  `json:"realm"`
	Blocked       bool    `json:"blocked,omitempty"`
	NotBefore     int64   `json:"notBefore,omitempty"`
	CheckedAt     int64   `json:"checkedAt"`
	RetryAt       int64   `json:"retryAt,omitempty"`
	CheckingUntil int64   `json:"checkingUntil,omitempty"`
}

// account is an upstream.Account as it is stored.
type account struct {
	ID            string         `json:"id"`
	Username      string         `json:"username,omitempty"`
	DisplayName   string         `json:"displayName,omitempty"`
	Email         string         `json:"email,omitempty"`
	EmailVerified bool           `json:"emailVerified,omitempty"`
	HostedDomain  string         `json:"hostedDomain,omitempty"`
	Groups        []string       `json:"groups,omitempty"`
	Claims        map[string]any `json:"claims,omitempty"`
	AMR           []string       `json:"amr,omitempty"`
	ACR           string         `json:"acr,omitempty"`
	AuthTime      int64          `json:"-"`
	RefreshToken  string         `json:"refreshToken,omitempty"`
	IDToken       string         `json:"idToken,omitempty"`
	Session       string         `json:"session,omitempty"`
}

func (s *Store) object(p *Person) (*sessionv1alpha1.Person, error) {
	object := &sessionv1alpha1.Person{Spec: sessionv1alpha1.PersonSpec{
		Subject: p.Subject, Provider: p.Provider, Username: shown(p.Account.Username), State: sessionv1alpha1.PersonActive,
		CheckedAt: metav1.NewTime(p.CheckedAt.UTC().Truncate(time.Second)), ExpiresAt: metav1.NewTime(storage.Seconds(p.ExpiresAt)),
	}}
	if p.Blocked {
		object.Spec.State = sessionv1alpha1.PersonBlocked
	}
	private := payload{
		Account: account(p.Account), Realm: p.Realm, Blocked: p.Blocked, NotBefore: milliseconds(p.NotBefore),
		CheckedAt: milliseconds(p.CheckedAt), RetryAt: milliseconds(p.RetryAt), CheckingUntil: milliseconds(p.CheckingUntil),
	}
	return object, s.objects.Seal(object, storage.Meta{Name: p.name, Version: p.version, Subject: p.Subject, Deletable: object.Spec.ExpiresAt.Time}, &private)
}

// parts binds the payload to every public field but state, which can only restrict.
func parts(object *sessionv1alpha1.Person) (public []string, sealed *string) {
	spec := &object.Spec
	return []string{spec.Subject, spec.Provider, spec.Username, fmt.Sprint(spec.CheckedAt.Unix()), fmt.Sprint(spec.ExpiresAt.Unix())}, &spec.Payload
}

// person reads a stored Person. It returns storage.ErrVoid.
func (s *Store) person(object *sessionv1alpha1.Person) (*Person, error) {
	var p payload
	if err := s.objects.Open(object, &p); err != nil {
		return nil, err
	}
	return &Person{
		Subject: object.Spec.Subject, Provider: object.Spec.Provider, UID: string(object.UID), Account: upstream.Account(p.Account), Realm: p.Realm,
		Blocked: p.Blocked || object.Spec.State != sessionv1alpha1.PersonActive, NotBefore: moment(p.NotBefore),
		CheckedAt: moment(p.CheckedAt), RetryAt: moment(p.RetryAt), CheckingUntil: moment(p.CheckingUntil),
		ExpiresAt: object.Spec.ExpiresAt.UTC(), name: object.Name, version: object.ResourceVersion,
	}, nil
}

// shown returns as much of a username as the object shows.
func shown(username string) string {
	if !utf8.ValidString(username) {
		return ""
	}
	for len(username) > maxUsername {
		_, size := utf8.DecodeLastRuneInString(username)
		username = username[:len(username)-size]
	}
	return username
}

func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
