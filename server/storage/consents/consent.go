package consents

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// Consent is what a person has allowed a client.
type Consent struct {
	// Subject is who, ClientID and ClientUID name the client.
	Subject, ClientID, ClientUID string
	// Scopes are what.
	Scopes []string
	// Withdrawn says that it does not count any more.
	Withdrawn bool
	// NotBefore is when it was last withdrawn: a code that is older is void.
	NotBefore time.Time
	// GrantedAt is when it was last given, ExpiresAt when the server asks again.
	GrantedAt, ExpiresAt time.Time

	name, version string
	// renamed says that a former release named it, and a new one gets another name.
	renamed bool
}

// Covers reports whether all scopes are allowed at a time.
func (c *Consent) Covers(scopes []string, now time.Time) bool {
	if c == nil || c.Withdrawn || !now.Before(c.ExpiresAt) {
		return false
	}
	for _, scope := range scopes {
		if !slices.Contains(c.Scopes, scope) {
			return false
		}
	}
	return true
}

// Backs reports whether the Consent stands behind a code for the scopes.
func (c *Consent) Backs(scopes []string, issuedAt, now time.Time) bool {
	return c.Covers(scopes, now) && issuedAt.After(c.NotBefore)
}

// payloadVersion is the version of what payload encrypts. Another is refused.
const payloadVersion = 1

// payload is the private part of a stored Consent. Times are in milliseconds since
// 1970.
type payload struct {
	Version   int   `json:"version"`
	GrantedAt int64 `json:"grantedAt"`
	NotBefore int64 `json:"notBefore,omitempty"`
}

// errVoid says that a stored Consent is not what this server wrote, or was written by
// a release whose format is unknown.
var errVoid = errors.New("the Consent does not verify")

func (s *Store) object(set *keys.Set, c *Consent) (*sessionv1alpha1.Consent, error) {
	object := &sessionv1alpha1.Consent{
		TypeMeta: storage.TypeMeta("Consent"),
		ObjectMeta: metav1.ObjectMeta{
			Namespace: s.Objects.Namespace, Name: c.name, ResourceVersion: c.version,
			Labels: storage.Labels(c.ExpiresAt, set.Names(keys.PurposeSubjectLabel, c.Subject)[0]),
		},
		Spec: sessionv1alpha1.ConsentSpec{
			Subject: c.Subject, Client: c.ClientID, ClientUID: c.ClientUID, Scope: strings.Join(c.Scopes, " "),
			State: sessionv1alpha1.ConsentGranted, ExpiresAt: metav1.NewTime(c.ExpiresAt),
		},
	}
	p := payload{Version: payloadVersion, GrantedAt: c.GrantedAt.UnixMilli()}
	if c.Withdrawn {
		object.Spec.State = sessionv1alpha1.ConsentWithdrawn
	}
	if !c.NotBefore.IsZero() {
		p.NotBefore = c.NotBefore.UnixMilli()
	}
	plain, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("encode consent: %w", err)
	}
	object.Spec.Payload = set.Seal(keys.PurposeConsent, s.context(object), plain)
	return object, nil
}

// context is what a payload is bound to: every readable field.
func (s *Store) context(object *sessionv1alpha1.Consent) string {
	spec := object.Spec
	return fmt.Sprintf("%q", []string{
		s.Issuer(), object.Namespace, object.Name, spec.Subject, spec.Client, spec.ClientUID, spec.Scope, string(spec.State), fmt.Sprint(spec.ExpiresAt.Unix()),
	})
}

func (s *Store) consent(set *keys.Set, object *sessionv1alpha1.Consent) (*Consent, error) {
	plain, err := set.Open(keys.PurposeConsent, s.context(object), object.Spec.Payload)
	if err != nil {
		return nil, errVoid
	}
	var p payload
	if json.Unmarshal(plain, &p) != nil || p.Version != payloadVersion {
		return nil, errVoid
	}
	c := &Consent{
		Subject: object.Spec.Subject, ClientID: object.Spec.Client, ClientUID: object.Spec.ClientUID,
		Scopes: strings.Fields(object.Spec.Scope), Withdrawn: object.Spec.State != sessionv1alpha1.ConsentGranted,
		GrantedAt: time.UnixMilli(p.GrantedAt).UTC(), ExpiresAt: object.Spec.ExpiresAt.UTC(),
		name: object.Name, version: object.ResourceVersion,
	}
	if p.NotBefore != 0 {
		c.NotBefore = time.UnixMilli(p.NotBefore).UTC()
	}
	return c, nil
}
