package enrollments

import (
	"fmt"
	"strings"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage"
)

// Enrollment is what a user has enrolled.
type Enrollment struct {
	Owner
	Content
	// ExpiresAt is when it may be deleted; zero for never.
	ExpiresAt time.Time

	name, version string
	// roomy says that there is room for it, if it is new.
	roomy bool
}

// Owner is the owner of an Enrollment.
type Owner struct {
	Subject string
	// UserUID is the UID of the OAuthUser; empty for a user of a provider, whose subject is
	// never given to another.
	UserUID string
}

// OwnerOf returns the Owner that a Person is.
func OwnerOf(p *identity.Person) Owner {
	if strings.HasPrefix(p.Subject, oauthv1alpha1.SubjectPrefix) {
		return Owner{p.Subject, p.UID}
	}
	return Owner{Subject: p.Subject}
}

// Content is the private part of an Enrollment. Times are in milliseconds since 1970.
type Content struct {
	storage.Versioned
	// Since is when the first factor was added.
	Since int64 `json:"since,omitempty"`
	// TOTP is the authenticator app; nil for none.
	TOTP *TOTP `json:"totp,omitempty"`
	// Recovery are the hashes of the recovery codes that are left.
	Recovery []string `json:"recovery,omitempty"`
	// Passkeys are the passkeys.
	Passkeys []Passkey `json:"passkeys,omitempty"`
	// Password is the one that the user set; nil for none.
	Password *Password `json:"password,omitempty"`
	// Failures is how many wrong codes were given since a right one, and FailedAt when the last.
	Failures int   `json:"failures,omitempty"`
	FailedAt int64 `json:"failedAt,omitempty"`
	// KnownFailures is how many of them were given in known browsers, which do not count above.
	KnownFailures int `json:"knownFailures,omitempty"`
}

// TOTP is an authenticator app (RFC 6238).
type TOTP struct {
	Secret []byte `json:"secret"`
	// Step is the last one whose code was used.
	Step    int64 `json:"step"`
	AddedAt int64 `json:"addedAt"`
}

// Passkey is a WebAuthn credential.
type Passkey struct {
	Name string `json:"name"`
	ID   []byte `json:"id"`
	// Credential is the record that the library keeps: the public key, the counter of
	// signatures and the flags.
	Credential []byte `json:"credential"`
	AddedAt    int64  `json:"addedAt"`
	UsedAt     int64  `json:"usedAt,omitempty"`
}

// HasFactor reports whether the user has a second factor. Recovery codes alone are none: they
// replace a factor.
func (e *Enrollment) HasFactor() bool { return e != nil && (e.TOTP != nil || len(e.Passkeys) > 0) }

// unused is how long the Enrollment of a user of a provider is kept if the user does not come
// back.
const unused = 365 * 24 * time.Hour

// Used notes that the user is there.
func (e *Enrollment) Used(now time.Time) {
	if !strings.HasPrefix(e.Subject, oauthv1alpha1.SubjectPrefix) {
		e.ExpiresAt = storage.Seconds(now.Add(unused))
	}
}

// Handle identifies the user at authenticators, without telling them anything.
func (e *Enrollment) Handle() []byte { return []byte(e.name) }

// Succeeded forgets wrong codes: the user has given a right factor.
func (c *Content) Succeeded() {
	c.Failures, c.FailedAt, c.KnownFailures = 0, 0, 0
}

// kinds are what the public part says.
func (c *Content) kinds() []string {
	var out []string
	if c.TOTP != nil {
		out = append(out, "totp")
	}
	if len(c.Passkeys) > 0 {
		out = append(out, "passkey")
	}
	if len(c.Recovery) > 0 {
		out = append(out, "recovery")
	}
	if c.Password != nil {
		out = append(out, "password")
	}
	return out
}

// AddedFirst notes when the first factor was added.
func (c *Content) AddedFirst(now time.Time) {
	if c.Since == 0 || c.TOTP == nil && len(c.Passkeys) == 0 {
		c.Since = now.UnixMilli()
	}
}

// parts binds the payload to every public field but state. After a Reset, the password alone is
// enough, so a separate role is needed to set it.
func parts(object *sessionv1alpha1.Enrollment) (public []string, payload *string) {
	spec := &object.Spec
	public = append([]string{spec.Subject, spec.UserUID}, spec.Factors...)
	if spec.ExpiresAt != nil {
		public = append(public, fmt.Sprint(spec.ExpiresAt.Unix()))
	}
	return public, &spec.Payload
}
