package logins

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// Login is a browser in which a person is signed in.
type Login struct {
	// Name is that of the object.
	Name string
	// Subject is who is signed in, UserUID the UID of the OAuthUser.
	Subject, UserUID string
	// AuthTime is when the person gave a password last, StartedAt when first,
	// ExpiresAt when the Login ends by itself.
	AuthTime, StartedAt, ExpiresAt time.Time
	// Ended says that the person signed out.
	Ended bool

	version string
}

// Alive reports whether the Login counts at a time.
func (l *Login) Alive(now time.Time) bool { return !l.Ended && now.Before(l.ExpiresAt) }

// payloadVersion is the version of what payload encrypts. Another is refused.
const payloadVersion = 1

// payload is the private part of a stored Login. Times are in milliseconds since
// 1970.
type payload struct {
	Version   int   `json:"version"`
	AuthTime  int64 `json:"authTime"`
	StartedAt int64 `json:"startedAt"`
}

// errVoid says that a stored Login is not what this server wrote, or was written by a
// release whose format is unknown.
var errVoid = errors.New("the Login does not verify")

func (s *Store) object(set *keys.Set, l *Login) (*sessionv1alpha1.Login, error) {
	object := &sessionv1alpha1.Login{
		TypeMeta: storage.TypeMeta("Login"),
		ObjectMeta: metav1.ObjectMeta{
			Namespace: s.Objects.Namespace, Name: l.Name, ResourceVersion: l.version,
			Labels: storage.Labels(l.ExpiresAt, set.Names(keys.PurposeSubjectLabel, l.Subject)[0]),
		},
		Spec: sessionv1alpha1.LoginSpec{
			Subject: l.Subject, UserUID: l.UserUID, State: sessionv1alpha1.LoginActive, ExpiresAt: metav1.NewTime(l.ExpiresAt),
		},
	}
	plain, err := json.Marshal(payload{Version: payloadVersion, AuthTime: l.AuthTime.UnixMilli(), StartedAt: l.StartedAt.UnixMilli()})
	if err != nil {
		return nil, fmt.Errorf("encode login: %w", err)
	}
	object.Spec.Payload = set.Seal(keys.PurposeLogin, s.context(object), plain)
	return object, nil
}

// context is what a payload is bound to: every readable field but state, which can
// only restrict.
func (s *Store) context(object *sessionv1alpha1.Login) string {
	spec := object.Spec
	return fmt.Sprintf("%q", []string{
		s.Issuer(), object.Namespace, object.Name, spec.Subject, spec.UserUID, fmt.Sprint(spec.ExpiresAt.Unix()),
	})
}

func (s *Store) login(set *keys.Set, object *sessionv1alpha1.Login) (*Login, error) {
	plain, err := set.Open(keys.PurposeLogin, s.context(object), object.Spec.Payload)
	if err != nil {
		return nil, errVoid
	}
	var p payload
	if json.Unmarshal(plain, &p) != nil || p.Version != payloadVersion {
		return nil, errVoid
	}
	return &Login{
		Name: object.Name, Subject: object.Spec.Subject, UserUID: object.Spec.UserUID,
		AuthTime: time.UnixMilli(p.AuthTime).UTC(), StartedAt: time.UnixMilli(p.StartedAt).UTC(), ExpiresAt: object.Spec.ExpiresAt.UTC(),
		Ended: object.Spec.State != sessionv1alpha1.LoginActive, version: object.ResourceVersion,
	}, nil
}
