package sweeper

import (
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/sweeper/owners"
)

// record is what the sweeper needs to know of a session object.
type record struct {
	kind, namespace, name string
	uid                   types.UID
	version               string
	// expires is the value of the label, expiresAt what the object says itself.
	expires   string
	expiresAt time.Time
	// issuedAt is when a code was redeemed; zero for all but Grants.
	issuedAt time.Time
	// clientUID and clientID name the client, subject and userUID the user, where
	// the object has them.
	clientUID, clientID, subject, userUID string
	// provider names the OAuthIdentityProvider of the user; empty for an OAuthUser.
	provider string
	// ended says that the object shows that it was ended before its time.
	ended bool
	// lasting says that the object never expires.
	lasting bool
	// leaving says that the object is being deleted.
	leaving bool
}

// kind is one of the kinds of session objects.
type kind struct {
	name string
	// page lists and returns what is in the list.
	page func() (client.ObjectList, func() []record)
}

// kinds are all kinds of session objects.
var kinds = []kind{
	{"Grant", func() (client.ObjectList, func() []record) {
		list := &sessionv1alpha1.GrantList{}
		return list, func() []record {
			return records("Grant", list.Items, func(g *sessionv1alpha1.Grant, r *record) client.Object {
				r.expiresAt, r.issuedAt = g.Spec.ExpiresAt.Time, g.Spec.IssuedAt.Time
				r.clientUID, r.clientID, r.subject = g.Spec.ClientUID, g.Spec.Client, g.Spec.Subject
				r.ended = g.Spec.State == sessionv1alpha1.GrantRevoked
				return g
			})
		}
	}},
	{"Login", func() (client.ObjectList, func() []record) {
		list := &sessionv1alpha1.LoginList{}
		return list, func() []record {
			return records("Login", list.Items, func(l *sessionv1alpha1.Login, r *record) client.Object {
				r.expiresAt, r.subject, r.userUID = l.Spec.ExpiresAt.Time, l.Spec.Subject, l.Spec.UserUID
				r.ended = l.Spec.State == sessionv1alpha1.LoginEnded
				return l
			})
		}
	}},
	{"Consent", func() (client.ObjectList, func() []record) {
		list := &sessionv1alpha1.ConsentList{}
		return list, func() []record {
			return records("Consent", list.Items, func(c *sessionv1alpha1.Consent, r *record) client.Object {
				r.expiresAt, r.clientUID, r.clientID, r.subject = c.Spec.ExpiresAt.Time, c.Spec.ClientUID, c.Spec.Client, c.Spec.Subject
				r.ended = c.Spec.State == sessionv1alpha1.ConsentWithdrawn
				return c
			})
		}
	}},
	{"Mark", func() (client.ObjectList, func() []record) {
		list := &sessionv1alpha1.MarkList{}
		return list, func() []record {
			return records("Mark", list.Items, func(m *sessionv1alpha1.Mark, r *record) client.Object {
				r.expiresAt, r.clientUID = m.Spec.ExpiresAt.Time, m.Spec.ClientUID
				return m
			})
		}
	}},
	{"Approval", func() (client.ObjectList, func() []record) {
		list := &sessionv1alpha1.ApprovalList{}
		return list, func() []record {
			return records("Approval", list.Items, func(a *sessionv1alpha1.Approval, r *record) client.Object {
				r.expiresAt, r.clientUID, r.clientID, r.subject = a.Spec.ExpiresAt.Time, a.Spec.ClientUID, a.Spec.Client, a.Spec.Subject
				r.ended = a.Spec.State == sessionv1alpha1.ApprovalDenied
				return a
			})
		}
	}},
	{"Connection", func() (client.ObjectList, func() []record) {
		list := &sessionv1alpha1.ConnectionList{}
		return list, func() []record {
			return records("Connection", list.Items, func(c *sessionv1alpha1.Connection, r *record) client.Object {
				r.expiresAt, r.subject = c.Spec.ExpiresAt.Time, c.Spec.Subject
				r.ended = c.Spec.State != sessionv1alpha1.ConnectionReceived
				return c
			})
		}
	}},
	{"Person", func() (client.ObjectList, func() []record) {
		list := &sessionv1alpha1.PersonList{}
		return list, func() []record {
			return records("Person", list.Items, func(p *sessionv1alpha1.Person, r *record) client.Object {
				r.expiresAt, r.subject, r.provider = p.Spec.ExpiresAt.Time, p.Spec.Subject, p.Spec.Provider
				r.ended = p.Spec.State != sessionv1alpha1.PersonActive
				return p
			})
		}
	}},
	{"Enrollment", func() (client.ObjectList, func() []record) {
		list := &sessionv1alpha1.EnrollmentList{}
		return list, func() []record {
			return records("Enrollment", list.Items, func(e *sessionv1alpha1.Enrollment, r *record) client.Object {
				r.subject, r.userUID, r.lasting = e.Spec.Subject, e.Spec.UserUID, e.Spec.ExpiresAt == nil
				if !r.lasting {
					r.expiresAt = e.Spec.ExpiresAt.Time
				}
				r.ended = e.Spec.State == sessionv1alpha1.EnrollmentReset
				return e
			})
		}
	}},
}

// records returns what is to be known of the objects of a page.
func records[T any](kind string, items []T, fill func(*T, *record) client.Object) []record {
	out := make([]record, len(items))
	for i := range items {
		r := &out[i]
		object := fill(&items[i], r)
		r.kind, r.namespace, r.name = kind, object.GetNamespace(), object.GetName()
		r.uid, r.version = object.GetUID(), object.GetResourceVersion()
		r.expires = object.GetLabels()[sessionv1alpha1.LabelExpires]
		r.leaving = object.GetDeletionTimestamp() != nil
		if name, _, ok := strings.Cut(r.subject, ":"); ok && r.provider == "" && !strings.HasPrefix(r.subject, oauthv1alpha1.SubjectPrefix) {
			r.provider = name
		}
	}
	return out
}

// owner returns whose the object is.
func (r record) owner() owners.Owner {
	return owners.Owner{
		Namespace: r.namespace, ClientUID: r.clientUID, ClientID: r.clientID, Subject: r.subject, UserUID: r.userUID,
		Provider: r.provider, IssuedAt: r.issuedAt,
	}
}

// object returns what a deletion needs.
func (r record) object() *metav1.PartialObjectMetadata {
	object := &metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Namespace: r.namespace, Name: r.name}}
	object.SetGroupVersionKind(sessionv1alpha1.GroupVersion.WithKind(r.kind))
	return object
}
