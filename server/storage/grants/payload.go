package grants

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// payloadVersion is the version of what payload encrypts. Another is refused.
const payloadVersion = 1

// payload is the private part of a stored Grant. Times are in milliseconds since
// 1970.
type payload struct {
	Version     int      `json:"version"`
	Nonce       []byte   `json:"nonce"`
	Attempt     []byte   `json:"attempt"`
	UserUID     string   `json:"userUID"`
	AuthTime    int64    `json:"authTime"`
	RefreshedAt int64    `json:"refreshedAt"`
	Audiences   []string `json:"audiences,omitempty"`
	IDToken     ClaimSet `json:"idToken,omitempty"`
	Userinfo    ClaimSet `json:"userinfo,omitempty"`
	// Origin is left out where the object names the Login anyway.
	Origin string `json:"origin,omitempty"`
}

// ErrVoid says that a stored Grant is not what this server wrote, or was written by
// a release whose format is unknown.
var ErrVoid = errors.New("the Grant does not verify")

// object returns the stored form of g.
func (s *Store) object(set *keys.Set, g *Grant) (*sessionv1alpha1.Grant, error) {
	object := &sessionv1alpha1.Grant{
		TypeMeta: storage.TypeMeta("Grant"),
		ObjectMeta: metav1.ObjectMeta{
			Namespace: s.Objects.Namespace, Name: g.Name, ResourceVersion: g.version,
			Labels: storage.Labels(g.needed.Add(slack), set.Names(keys.PurposeSubjectLabel, g.Subject)[0]),
		},
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
		Version: payloadVersion, Nonce: g.nonce, Attempt: g.attempt, UserUID: g.UserUID,
		AuthTime: g.AuthTime.UnixMilli(), RefreshedAt: g.RefreshedAt.UnixMilli(),
		Audiences: g.Audiences, IDToken: g.IDToken, Userinfo: g.Userinfo,
	}
	if g.Login == "" {
		private.Origin = g.Origin
	}
	plain, err := json.Marshal(private)
	if err != nil {
		return nil, fmt.Errorf("encode grant: %w", err)
	}
	object.Spec.Payload = set.SealWith(g.Root, keys.PurposeGrant, s.context(object), plain)
	return object, nil
}

// context is what a payload is bound to: every readable field but state, which can
// only restrict.
func (s *Store) context(object *sessionv1alpha1.Grant) string {
	spec := object.Spec
	return fmt.Sprintf("%q", []string{
		s.Issuer(), object.Namespace, object.Name, spec.Subject, spec.Client, spec.ClientUID, spec.Scope, spec.Login,
		fmt.Sprint(spec.Generation), fmt.Sprint(spec.IssuedAt.Unix()), fmt.Sprint(spec.ExpiresAt.Unix()),
	})
}

// grant reads a stored Grant. It returns ErrVoid.
func (s *Store) grant(set *keys.Set, object *sessionv1alpha1.Grant) (*Grant, error) {
	plain, err := set.Open(keys.PurposeGrant, s.context(object), object.Spec.Payload)
	if err != nil {
		return nil, ErrVoid
	}
	var p payload
	if json.Unmarshal(plain, &p) != nil || p.Version != payloadVersion {
		return nil, ErrVoid
	}
	spec := object.Spec
	origin := p.Origin
	if spec.Login != "" {
		origin = spec.Login
	}
	return &Grant{
		Name: object.Name, Subject: spec.Subject, UserUID: p.UserUID, ClientID: spec.Client, ClientUID: spec.ClientUID,
		Scopes: strings.Fields(spec.Scope), Audiences: p.Audiences, IDToken: p.IDToken, Userinfo: p.Userinfo,
		Login: spec.Login, Origin: origin, Generation: spec.Generation, Revoked: spec.State != sessionv1alpha1.GrantActive,
		AuthTime: time.UnixMilli(p.AuthTime).UTC(), IssuedAt: spec.IssuedAt.UTC(),
		RefreshedAt: time.UnixMilli(p.RefreshedAt).UTC(), ExpiresAt: spec.ExpiresAt.UTC(),
		Root:  keys.SealedWith(object.Spec.Payload),
		nonce: p.Nonce, attempt: p.Attempt, version: object.ResourceVersion,
	}, nil
}
