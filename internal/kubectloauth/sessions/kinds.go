package sessions

import (
	"context"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

// Kind is a kind of session objects.
type Kind struct {
	// Name is the kind, Resource its name in lower case and plural.
	Name, Resource string
	// Ended is the state that ends an object for good.
	Ended string

	// list reads all objects of a namespace, page by page, or one of a name.
	list  func(ctx context.Context, c *cluster.Cluster, namespace string, take func([]Session)) error
	named func(ctx context.Context, c *cluster.Cluster, namespace, name string) ([]Session, error)
}

// Session is what may be shown of a session object.
type Session struct {
	Kind *Kind
	// Object has no payload.
	Object                 client.Object
	Subject, Client, State string
	Expires                time.Time
	// Scope and Audiences are what was granted or allowed, Login and Grant other objects.
	Scope, Login, Grant string
	Audiences           []string
	// Refreshes are those of a Grant; Offline says that a Consent outlives its Login.
	Refreshes int64
	Offline   bool
	// Username is what the provider of a Person says, Checked when it was asked last.
	Username string
	Checked  time.Time
}

// Kinds that people look at and end.
var (
	Grants = kind("Grant", string(sessionv1alpha1.GrantRevoked),
		func() *sessionv1alpha1.GrantList { return &sessionv1alpha1.GrantList{} },
		func(list *sessionv1alpha1.GrantList) []Session {
			return each(list.Items, func(o *sessionv1alpha1.Grant) Session {
				o.Spec.Payload = ""
				return Session{
					Object: o, Subject: o.Spec.Subject, Client: o.Spec.Client, State: string(o.Spec.State), Expires: o.Spec.ExpiresAt.Time,
					Scope: o.Spec.Scope, Login: o.Spec.Login, Refreshes: o.Spec.Generation - 1,
				}
			})
		})
	Logins = kind("Login", string(sessionv1alpha1.LoginEnded),
		func() *sessionv1alpha1.LoginList { return &sessionv1alpha1.LoginList{} },
		func(list *sessionv1alpha1.LoginList) []Session {
			return each(list.Items, func(o *sessionv1alpha1.Login) Session {
				o.Spec.Payload = ""
				return Session{Object: o, Subject: o.Spec.Subject, State: string(o.Spec.State), Expires: o.Spec.ExpiresAt.Time}
			})
		})
	Consents = kind("Consent", string(sessionv1alpha1.ConsentWithdrawn),
		func() *sessionv1alpha1.ConsentList { return &sessionv1alpha1.ConsentList{} },
		func(list *sessionv1alpha1.ConsentList) []Session {
			return each(list.Items, func(o *sessionv1alpha1.Consent) Session {
				o.Spec.Payload = ""
				return Session{
					Object: o, Subject: o.Spec.Subject, Client: o.Spec.Client, State: string(o.Spec.State), Expires: o.Spec.ExpiresAt.Time,
					Scope: o.Spec.Scope, Audiences: o.Spec.Audiences, Offline: o.Spec.Offline,
				}
			})
		})
	Approvals = kind("Approval", string(sessionv1alpha1.ApprovalDenied),
		func() *sessionv1alpha1.ApprovalList { return &sessionv1alpha1.ApprovalList{} },
		func(list *sessionv1alpha1.ApprovalList) []Session {
			return each(list.Items, func(o *sessionv1alpha1.Approval) Session {
				o.Spec.Payload = ""
				return Session{
					Object: o, Subject: o.Spec.Subject, Client: o.Spec.Client, State: string(o.Spec.State), Expires: o.Spec.ExpiresAt.Time,
					Grant: o.Spec.Grant,
				}
			})
		})
	Persons = kind("Person", string(sessionv1alpha1.PersonBlocked),
		func() *sessionv1alpha1.PersonList { return &sessionv1alpha1.PersonList{} },
		func(list *sessionv1alpha1.PersonList) []Session {
			return each(list.Items, func(o *sessionv1alpha1.Person) Session {
				o.Spec.Payload = ""
				return Session{
					Object: o, Subject: o.Spec.Subject, State: string(o.Spec.State), Expires: o.Spec.ExpiresAt.Time,
					Username: o.Spec.Username, Checked: o.Spec.CheckedAt.Time,
				}
			})
		})
	Enrollments = kind("Enrollment", string(sessionv1alpha1.EnrollmentReset),
		func() *sessionv1alpha1.EnrollmentList { return &sessionv1alpha1.EnrollmentList{} },
		func(list *sessionv1alpha1.EnrollmentList) []Session {
			return each(list.Items, func(o *sessionv1alpha1.Enrollment) Session {
				o.Spec.Payload = ""
				return Session{Object: o, Subject: o.Spec.Subject, State: string(o.Spec.State), Scope: strings.Join(o.Spec.Factors, " ")}
			})
		})
)

// Kinds are all of them, in the order in which they are named.
func Kinds() []*Kind { return []*Kind{Grants, Logins, Consents, Approvals, Persons, Enrollments} }

// kind returns a kind whose objects are read with a type of list.
func kind[L client.ObjectList](name, ended string, fresh func() L, read func(L) []Session) *Kind {
	k := &Kind{Name: name, Resource: strings.ToLower(name) + "s", Ended: ended}
	k.list = func(ctx context.Context, c *cluster.Cluster, namespace string, take func([]Session)) error {
		return cluster.Pages(ctx, c, namespace, fresh, func(page L) { take(k.shown(read(page))) })
	}
	k.named = func(ctx context.Context, c *cluster.Cluster, namespace, name string) ([]Session, error) {
		list := fresh()
		err := c.List(ctx, list, client.InNamespace(namespace), client.MatchingFields{"metadata.name": name})
		return k.shown(read(list)), err
	}
	return k
}

func each[T any](items []T, read func(*T) Session) []Session {
	out := make([]Session, len(items))
	for i := range items {
		out[i] = read(&items[i])
	}
	return out
}

// shown removes what nobody should see.
func (k *Kind) shown(found []Session) []Session {
	for i := range found {
		found[i].Kind = k
		found[i].Object.SetManagedFields(nil)
		found[i].Object.GetObjectKind().SetGroupVersionKind(k.GroupVersionKind())
		// It could hold a payload that somebody applied.
		delete(found[i].Object.GetAnnotations(), applied)
	}
	return found
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
