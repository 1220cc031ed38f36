package grants

import (
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// payloadVersion is the version of what payload encrypts. Version 1 had no amr: every
// user gave a password.
const payloadVersion = 2

// boundVersion is that of Grants whose refresh tokens are bound, which a release that does not
// know of bindings must not read: it would write them without.
const boundVersion = 3

// linkedVersion is that of Grants of OAuthUsers who signed in by a link, which a release that
// does not know of links must not read: it would not ask whether the link still counts.
const linkedVersion = 4

// payload is the private part of a stored Grant. Times are in milliseconds since
// 1970.
type payload struct {
	storage.Versioned
	Nonce       []byte   `json:"nonce"`
	Attempt     []byte   `json:"attempt"`
	UserUID     string   `json:"userUID"`
	AuthTime    int64    `json:"authTime"`
	AMR         []string `json:"amr,omitempty"`
	Said        int64    `json:"said,omitempty"`
	RefreshedAt int64    `json:"refreshedAt"`
	Audiences   []string `json:"audiences,omitempty"`
	IDToken     ClaimSet `json:"idToken,omitempty"`
	Userinfo    ClaimSet `json:"userinfo,omitempty"`
	// Confirmation and BoundFrom are left out where refresh tokens are bound to nothing.
	Confirmation Confirmation `json:"cnf,omitzero"`
	BoundFrom    int64        `json:"boundFrom,omitempty"`
	// Link is left out where there is none.
	Link identity.Link `json:"link,omitzero"`
	// Origin is left out where the object names the Login anyway.
	Origin string `json:"origin,omitempty"`
	// Code is the digest of the code that was redeemed, and CodesUntil until when others can
	// name the Grant; both are left out where there is only one.
	Code       []byte `json:"code,omitempty"`
	CodesUntil int64  `json:"codesUntil,omitempty"`
}

// object returns the stored form of g.
func (s *Store) object(g *Grant) (*sessionv1alpha1.Grant, error) {
	object := &sessionv1alpha1.Grant{
		Spec: sessionv1alpha1.GrantSpec{
			Subject: g.Subject, Client: g.ClientID, ClientUID: g.ClientUID, Scope: strings.Join(g.Scopes, " "), Login: g.Login,
			Generation: g.Generation, State: sessionv1alpha1.GrantActive,
			IssuedAt: metav1.NewTime(g.IssuedAt), ExpiresAt: metav1.NewTime(g.ExpiresAt),
		},
	}
	if g.Revoked {
		object.Spec.State = sessionv1alpha1.GrantRevoked
	}
	private := payload{
		Nonce: g.nonce, Attempt: g.attempt, UserUID: g.UserUID,
		AuthTime: g.AuthTime.UnixMilli(), Said: g.Said, AMR: g.AMR, RefreshedAt: g.RefreshedAt.UnixMilli(),
		Audiences: g.Audiences, IDToken: g.IDToken, Userinfo: g.Userinfo, Code: g.redeemed,
		Confirmation: g.Confirmation, BoundFrom: g.BoundFrom, Link: g.Link,
	}
	switch {
	case g.Link != (identity.Link{}):
		private.Version = linkedVersion
	case g.Confirmation != (Confirmation{}):
		private.Version = boundVersion
	default:
		private.Version = payloadVersion
	}
	if g.Login == "" {
		private.Origin = g.Origin
	}
	if !g.shared.IsZero() {
		private.CodesUntil = g.shared.UnixMilli()
	}
	return object, s.objects.Seal(object, storage.Meta{
		Name: g.Name, Version: g.version, Subject: g.Subject, Deletable: g.needed.Add(slack), Root: g.Root,
	}, &private)
}

// parts binds the payload to every public field but state, which can only restrict.
func parts(object *sessionv1alpha1.Grant) (public []string, payload *string) {
	spec := &object.Spec
	return []string{
		spec.Subject, spec.Client, spec.ClientUID, spec.Scope, spec.Login,
		fmt.Sprint(spec.Generation), fmt.Sprint(spec.IssuedAt.Unix()), fmt.Sprint(spec.ExpiresAt.Unix()),
	}, &spec.Payload
}

// grant reads a stored Grant. It returns ErrVoid.
func (s *Store) grant(object *sessionv1alpha1.Grant) (*Grant, error) {
	var p payload
	if err := s.objects.Open(object, &p); err != nil {
		return nil, err
	}
	if p.Version == 1 {
		p.AMR = []string{"pwd"}
	}
	spec := object.Spec
	origin := p.Origin
	if spec.Login != "" {
		origin = spec.Login
	}
	var shared time.Time
	if p.CodesUntil != 0 {
		shared = time.UnixMilli(p.CodesUntil).UTC()
	}
	return &Grant{
		Name: object.Name, Subject: spec.Subject, UserUID: p.UserUID, ClientID: spec.Client, ClientUID: spec.ClientUID,
		Scopes: strings.Fields(spec.Scope), Audiences: p.Audiences, IDToken: p.IDToken, Userinfo: p.Userinfo,
		Login: spec.Login, Origin: origin, Generation: spec.Generation, Revoked: spec.State != sessionv1alpha1.GrantActive,
		AuthTime: time.UnixMilli(p.AuthTime).UTC(), Said: p.Said, AMR: p.AMR, IssuedAt: spec.IssuedAt.UTC(),
		RefreshedAt: time.UnixMilli(p.RefreshedAt).UTC(), ExpiresAt: spec.ExpiresAt.UTC(),
		Confirmation: p.Confirmation, BoundFrom: p.BoundFrom, Link: p.Link,
		Root:   keys.SealedWith(object.Spec.Payload),
		shared: shared, redeemed: p.Code,
		nonce: p.Nonce, attempt: p.Attempt, version: object.ResourceVersion,
	}, nil
}
