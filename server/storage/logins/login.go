package logins

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage"
)

// Login is a browser in which a user is signed in.
type Login struct {
	// Name is that of the object.
	Name string
	// Subject is who is signed in, UserUID the UID of that identity.Person.
	Subject, UserUID string
	// Evidence is how the user signed in last.
	identity.Evidence
	// Agent is what the browser said that it is.
	Agent identity.Agent
	// AuthTime is when the user signed in here last, StartedAt when first, ExpiresAt when the
	// Login ends by itself. What ends sessions compares with AuthTime; applications are told
	// SignedIn.
	AuthTime, StartedAt, ExpiresAt time.Time
	// Generation counts the passwords. A cookie is of one generation, so that who stole one
	// gains nothing from the next password.
	Generation int64
	// Ended says that the user signed out.
	Ended bool

	version string
}

// SignedIn returns when the user proved who they are, and whether that is known.
func (l *Login) SignedIn() (at time.Time, known bool) {
	return identity.AuthTime(l.AuthTime, l.Said)
}

// Alive reports whether the Login is valid at a time.
func (l *Login) Alive(now time.Time) bool { return !l.Ended && now.Before(l.ExpiresAt) }

// payloadVersion is the version of what payload encrypts. Version 1 had no Evidence:
// every user gave a password to the one source.
const payloadVersion = 2

// linkedVersion is that of Logins with a Link, which a release that does not know of links must
// not read: it would not ask whether the link still counts.
const linkedVersion = 3

// payload is the private part of a stored Login. Times are in milliseconds since
// 1970.
type payload struct {
	storage.Versioned
	AuthTime   int64 `json:"authTime"`
	StartedAt  int64 `json:"startedAt"`
	Generation int64 `json:"generation,omitempty"`
	identity.Evidence
	Agent identity.Agent `json:"agent,omitzero"`
}

func (s *Store) object(l *Login) (*sessionv1alpha1.Login, error) {
	object := &sessionv1alpha1.Login{
		Spec: sessionv1alpha1.LoginSpec{
			Subject: l.Subject, UserUID: l.UserUID, State: sessionv1alpha1.LoginActive, ExpiresAt: metav1.NewTime(l.ExpiresAt),
		},
	}
	private := payload{AuthTime: l.AuthTime.UnixMilli(), StartedAt: l.StartedAt.UnixMilli(), Generation: l.Generation, Evidence: l.Evidence, Agent: l.Agent}
	private.Version = payloadVersion
	if l.Link != (identity.Link{}) {
		private.Version = linkedVersion
	}
	if err := s.objects.Seal(object, storage.Meta{Name: l.Name, Version: l.version, Subject: l.Subject, Deletable: l.ExpiresAt}, &private); err != nil || l.Session == "" {
		return object, err
	}
	names, err := s.sessionNames(l.Source, l.Session)
	if err == nil {
		object.Labels[sessionv1alpha1.LabelUpstreamSession] = names[0]
	}
	return object, err
}

// parts binds the payload to every public field but state, which can only restrict.
func parts(object *sessionv1alpha1.Login) (public []string, payload *string) {
	spec := &object.Spec
	return []string{spec.Subject, spec.UserUID, fmt.Sprint(spec.ExpiresAt.Unix())}, &spec.Payload
}

// login reads a stored Login. It returns storage.ErrVoid.
func (s *Store) login(object *sessionv1alpha1.Login) (*Login, error) {
	var p payload
	if err := s.objects.Open(object, &p); err != nil {
		return nil, err
	}
	if p.Version == 1 {
		p.Evidence = identity.Evidence{Source: identity.SourceLocal, AMR: []string{"pwd"}}
	}
	return &Login{
		Name: object.Name, Subject: object.Spec.Subject, UserUID: object.Spec.UserUID, Evidence: p.Evidence, Agent: p.Agent,
		AuthTime: time.UnixMilli(p.AuthTime).UTC(), StartedAt: time.UnixMilli(p.StartedAt).UTC(), ExpiresAt: object.Spec.ExpiresAt.UTC(),
		Generation: p.Generation, Ended: object.Spec.State != sessionv1alpha1.LoginActive, version: object.ResourceVersion,
	}, nil
}
