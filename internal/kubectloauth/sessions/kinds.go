package sessions

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

// Kind is a kind of session objects.
type Kind struct {
	// Name is the kind, Resource its name in lower case and plural.
	Name, Resource string
	// Ended is the state that ends an object for good.
	Ended string

	list  func() client.ObjectList
	items func(client.ObjectList) []Session
}

// Session is what may be shown of a session object.
type Session struct {
	Kind *Kind
	// Object has no payload.
	Object                 client.Object
	Subject, Client, State string
	Expires                time.Time
}

// Kinds are those that people look at and end.
var (
	Grants = &Kind{Name: "Grant", Resource: "grants", Ended: string(sessionv1alpha1.GrantRevoked),
		list: func() client.ObjectList { return &sessionv1alpha1.GrantList{} },
		items: func(list client.ObjectList) []Session {
			return each(list.(*sessionv1alpha1.GrantList).Items, func(o *sessionv1alpha1.Grant) Session {
				o.Spec.Payload = ""
				return Session{Object: o, Subject: o.Spec.Subject, Client: o.Spec.Client, State: string(o.Spec.State), Expires: o.Spec.ExpiresAt.Time}
			})
		}}
	Logins = &Kind{Name: "Login", Resource: "logins", Ended: string(sessionv1alpha1.LoginEnded),
		list: func() client.ObjectList { return &sessionv1alpha1.LoginList{} },
		items: func(list client.ObjectList) []Session {
			return each(list.(*sessionv1alpha1.LoginList).Items, func(o *sessionv1alpha1.Login) Session {
				o.Spec.Payload = ""
				return Session{Object: o, Subject: o.Spec.Subject, State: string(o.Spec.State), Expires: o.Spec.ExpiresAt.Time}
			})
		}}
	Consents = &Kind{Name: "Consent", Resource: "consents", Ended: string(sessionv1alpha1.ConsentWithdrawn),
		list: func() client.ObjectList { return &sessionv1alpha1.ConsentList{} },
		items: func(list client.ObjectList) []Session {
			return each(list.(*sessionv1alpha1.ConsentList).Items, func(o *sessionv1alpha1.Consent) Session {
				o.Spec.Payload = ""
				return Session{Object: o, Subject: o.Spec.Subject, Client: o.Spec.Client, State: string(o.Spec.State), Expires: o.Spec.ExpiresAt.Time}
			})
		}}
	Approvals = &Kind{Name: "Approval", Resource: "approvals", Ended: string(sessionv1alpha1.ApprovalDenied),
		list: func() client.ObjectList { return &sessionv1alpha1.ApprovalList{} },
		items: func(list client.ObjectList) []Session {
			return each(list.(*sessionv1alpha1.ApprovalList).Items, func(o *sessionv1alpha1.Approval) Session {
				o.Spec.Payload = ""
				return Session{Object: o, Subject: o.Spec.Subject, Client: o.Spec.Client, State: string(o.Spec.State), Expires: o.Spec.ExpiresAt.Time}
			})
		}}
)

// Kinds are all of them, in the order in which they are named.
func Kinds() []*Kind { return []*Kind{Grants, Logins, Consents, Approvals} }

func each[T any](items []T, read func(*T) Session) []Session {
	out := make([]Session, len(items))
	for i := range items {
		out[i] = read(&items[i])
	}
	return out
}

// read returns what may be shown of the objects of a list.
func (k *Kind) read(list client.ObjectList) []Session {
	out := k.items(list)
	for i := range out {
		out[i].Kind = k
		out[i].Object.SetManagedFields(nil)
		out[i].Object.GetObjectKind().SetGroupVersionKind(k.GroupVersionKind())
		// It could hold a payload that somebody applied.
		annotations := out[i].Object.GetAnnotations()
		delete(annotations, applied)
	}
	return out
}

// applied is the annotation in which kubectl apply keeps a whole object.
const applied = "kubectl.kubernetes.io/last-applied-configuration"

// GroupVersionKind returns the kind as the API server knows it.
func (k *Kind) GroupVersionKind() schema.GroupVersionKind {
	return sessionv1alpha1.GroupVersion.WithKind(k.Name)
}

// Over reports whether the object was ended; one that has expired has no effect either.
func (s Session) Over() bool { return s.State == s.Kind.Ended }

// Shown is the state, or Expired where time has ended it.
func (s Session) Shown(now metav1.Time) string {
	if !s.Over() && !s.Expires.IsZero() && s.Expires.Before(now.Time) {
		return "Expired"
	}
	return s.State
}

// Title names the object for people.
func (s Session) Title() string { return s.Kind.Resource + "/" + s.Object.GetName() }
