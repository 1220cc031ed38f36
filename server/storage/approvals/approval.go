package approvals

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage"
)

// Approval is what a user decided about a device.
type Approval struct {
	// Subject is who decides, UserUID the UID of that identity.Person.
	Subject, UserUID string
	// State is how far it is.
	State sessionv1alpha1.ApprovalState
	// Code is what the device asked for; nil while it has not asked with a typed code.
	Code *Code
	// Evidence and AuthTime are how and when the user had signed in, DecidedAt when the user
	// decided.
	identity.Evidence
	AuthTime, DecidedAt time.Time
	// Refreshes says that the client could use refresh tokens when the user was asked.
	Refreshes bool
	// ExpiresAt is when it has no effect any more.
	ExpiresAt time.Time

	name, version, attempt string
}

// IsFor reports whether the Approval is about the device that a code belongs to.
func (a *Approval) IsFor(code *Code) bool { return a.Code != nil && a.Code.Grant == code.Grant }

// payloadVersion is the version of what payload encrypts, and linkedVersion that of Approvals of
// OAuthUsers who signed in by a link: a release that does not know of links must not read them.
const (
	payloadVersion = 1
	linkedVersion  = 2
)

// payload is the private part of a stored Approval. Times are in milliseconds since 1970.
type payload struct {
	storage.Versioned
	// State counts, unless the object says Denied: that can be set by hand.
	State     sessionv1alpha1.ApprovalState `json:"state"`
	UserUID   string                        `json:"userUID"`
	Code      *Code                         `json:"code,omitempty"`
	AuthTime  int64                         `json:"authTime,omitempty"`
	DecidedAt int64                         `json:"decidedAt,omitempty"`
	Refreshes bool                          `json:"refreshes,omitempty"`
	Attempt   string                        `json:"attempt"`
	identity.Evidence
}

func (s *Store) object(a *Approval) (*sessionv1alpha1.Approval, error) {
	object := &sessionv1alpha1.Approval{
		Spec: sessionv1alpha1.ApprovalSpec{Subject: a.Subject, State: a.State, ExpiresAt: metav1.NewTime(a.ExpiresAt)},
	}
	if a.Code != nil {
		object.Spec.Client, object.Spec.ClientUID, object.Spec.Grant = a.Code.ClientID, a.Code.ClientUID, a.Code.Grant
	}
	private := payload{
		State: a.State, UserUID: a.UserUID, Code: a.Code, Evidence: a.Evidence, Attempt: a.attempt, Refreshes: a.Refreshes,
		AuthTime: a.AuthTime.UnixMilli(), DecidedAt: a.DecidedAt.UnixMilli(),
	}
	private.Version = payloadVersion
	if a.Link != (identity.Link{}) {
		private.Version = linkedVersion
	}
	return object, s.objects.Seal(object, storage.Meta{Name: a.name, Version: a.version, Subject: a.Subject, Deletable: a.ExpiresAt}, &private)
}

// parts binds the payload to every public field but state, which can only restrict.
func parts(object *sessionv1alpha1.Approval) (public []string, payload *string) {
	spec := &object.Spec
	return []string{spec.Subject, spec.Client, spec.ClientUID, spec.Grant, fmt.Sprint(spec.ExpiresAt.Unix())}, &spec.Payload
}

// Read reads a stored Approval. It returns storage.ErrVoid.
func (s *Store) Read(object *sessionv1alpha1.Approval) (*Approval, error) {
	var p payload
	if err := s.objects.Open(object, &p); err != nil {
		return nil, err
	}
	a := &Approval{
		Subject: object.Spec.Subject, UserUID: p.UserUID, State: p.State, Code: p.Code, Evidence: p.Evidence, Refreshes: p.Refreshes,
		AuthTime: time.UnixMilli(p.AuthTime).UTC(), DecidedAt: time.UnixMilli(p.DecidedAt).UTC(), ExpiresAt: object.Spec.ExpiresAt.UTC(),
		name: object.Name, version: object.ResourceVersion, attempt: p.Attempt,
	}
	if object.Spec.State == sessionv1alpha1.ApprovalDenied {
		a.State = sessionv1alpha1.ApprovalDenied
	}
	return a, nil
}
