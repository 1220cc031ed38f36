package consents

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/storage"
)

// Consent is what a user has allowed a client.
type Consent struct {
	// Subject is who, ClientID and ClientUID name the client.
	Subject, ClientID, ClientUID string
	// Access is what.
	Access
	// Withdrawn says that it is no longer valid.
	Withdrawn bool
	// NotBefore is when it was last withdrawn: a code that is older is void.
	NotBefore time.Time
	// GrantedAt is when it was last given, ExpiresAt when the server asks again.
	GrantedAt, ExpiresAt time.Time

	name, version string
	// renamed says that an older root key named it, and a new one gets another name.
	renamed bool
}

// Covers reports whether all of an Access is allowed at a time.
func (c *Consent) Covers(wanted Access, now time.Time) bool {
	return c != nil && !c.Withdrawn && now.Before(c.ExpiresAt) && wanted.Within(c.Access)
}

// Backs reports whether the Consent stands behind a code for an Access.
func (c *Consent) Backs(wanted Access, issuedAt, now time.Time) bool {
	return c.Covers(wanted, now) && issuedAt.After(c.NotBefore)
}

// payloadVersion is the version of what payload encrypts.
const payloadVersion = 1

// payload is the private part of a stored Consent. Times are in milliseconds since
// 1970.
type payload struct {
	storage.Versioned
	GrantedAt int64 `json:"grantedAt"`
	NotBefore int64 `json:"notBefore,omitempty"`
}

func (s *Store) object(c *Consent) (*sessionv1alpha1.Consent, error) {
	object := &sessionv1alpha1.Consent{
		Spec: sessionv1alpha1.ConsentSpec{
			Subject: c.Subject, Client: c.ClientID, ClientUID: c.ClientUID, Scope: strings.Join(c.Scopes, " "),
			Audiences: c.Audiences, Offline: c.Offline, State: sessionv1alpha1.ConsentGranted, ExpiresAt: metav1.NewTime(c.ExpiresAt),
		},
	}
	private := payload{GrantedAt: c.GrantedAt.UnixMilli()}
	if c.Withdrawn {
		object.Spec.State = sessionv1alpha1.ConsentWithdrawn
	}
	if !c.NotBefore.IsZero() {
		private.NotBefore = c.NotBefore.UnixMilli()
	}
	return object, s.objects.Seal(object, storage.Meta{Name: c.name, Version: c.version, Subject: c.Subject, Deletable: c.ExpiresAt}, &private)
}

// parts binds the payload to every public field.
func parts(object *sessionv1alpha1.Consent) (public []string, payload *string) {
	spec := &object.Spec
	public = []string{spec.Subject, spec.Client, spec.ClientUID, spec.Scope, string(spec.State), fmt.Sprint(spec.ExpiresAt.Unix())}
	// A Consent that was written before there were these fields has none of them, and
	// still verifies.
	if spec.Offline || len(spec.Audiences) > 0 {
		public = append(append(public, fmt.Sprint(spec.Offline)), spec.Audiences...)
	}
	return public, &spec.Payload
}

// consent reads a stored Consent. It returns storage.ErrVoid.
func (s *Store) consent(object *sessionv1alpha1.Consent) (*Consent, error) {
	var p payload
	if err := s.objects.Open(object, &p); err != nil {
		return nil, err
	}
	c := &Consent{
		Subject: object.Spec.Subject, ClientID: object.Spec.Client, ClientUID: object.Spec.ClientUID,
		Access:    Access{Scopes: strings.Fields(object.Spec.Scope), Audiences: object.Spec.Audiences, Offline: object.Spec.Offline},
		Withdrawn: object.Spec.State != sessionv1alpha1.ConsentGranted,
		GrantedAt: time.UnixMilli(p.GrantedAt).UTC(), ExpiresAt: object.Spec.ExpiresAt.UTC(),
		name: object.Name, version: object.ResourceVersion,
	}
	if p.NotBefore != 0 {
		c.NotBefore = time.UnixMilli(p.NotBefore).UTC()
	}
	return c, nil
}
