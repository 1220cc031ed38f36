package sessions

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/grantor-dev/grantor/internal/kubectloauth/cluster"
)

// Role is the ClusterRole of those who may look at sessions and end them, roleOfFactors that of
// those who may take second factors away.
const (
	Role          = "grantor-session-admin"
	roleOfFactors = "grantor-factor-admin"
)

// roleFor returns the ClusterRole that something takes.
func roleFor(verb string, kind *Kind) string {
	if kind == Enrollments && verb == "patch" {
		return roleOfFactors
	}
	return Role
}

// Reader reads session objects of a namespace, or of all where Everywhere is set.
type Reader struct {
	*cluster.Cluster
	Everywhere bool
}

// namespace is the one that is read; empty for all.
func (r Reader) namespace() string {
	if r.Everywhere {
		return ""
	}
	return r.Namespace
}

// Where says in words what is read.
func (r Reader) Where() string {
	if r.Everywhere {
		return "all namespaces"
	}
	return fmt.Sprintf("namespace %q", r.Namespace)
}

// List returns the objects of a kind that are selected, in an order that people can read.
func (r Reader) List(ctx context.Context, kind *Kind, selected func(Session) bool) ([]Session, error) {
	var out []Session
	err := kind.list(ctx, r.Cluster, r.namespace(), func(page []Session) {
		for _, s := range page {
			if selected(s) {
				out = append(out, s)
			}
		}
	})
	if err != nil {
		return nil, r.explain(err, "list", kind)
	}
	slices.SortFunc(out, func(a, b Session) int {
		return cmp.Or(
			cmp.Compare(a.Object.GetNamespace(), b.Object.GetNamespace()), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Client, b.Client),
			a.Object.GetCreationTimestamp().Compare(b.Object.GetCreationTimestamp().Time), cmp.Compare(a.Object.GetName(), b.Object.GetName()),
		)
	})
	return out, nil
}

// Get returns one object of the namespace.
func (r Reader) Get(ctx context.Context, kind *Kind, name string) (Session, error) {
	// One object as a list: it is read the same way.
	found, err := kind.named(ctx, r.Cluster, r.Namespace, name)
	if err != nil {
		return Session{}, r.explain(err, "list", kind)
	}
	if len(found) == 0 {
		return Session{}, fmt.Errorf("there is no %s %q in namespace %q", kind.Name, name, r.Namespace)
	}
	return found[0], nil
}

// explain says which role is missing.
func (r Reader) explain(err error, verb string, kind *Kind) error {
	switch {
	case apierrors.IsForbidden(err):
		binding := "RoleBinding"
		if r.Everywhere {
			binding = "ClusterRoleBinding"
		}
		return fmt.Errorf("you may not %s %s in %s: this needs a %s to the ClusterRole %s, which an administrator gives you: %w", verb, kind.Resource, r.Where(), binding, roleFor(verb, kind), err)
	case apierrors.IsNotFound(err):
		return fmt.Errorf("the API server knows no %s: the sessions of a server can be at another API server (--kubeconfig, --context): %w", kind.Resource, err)
	}
	return fmt.Errorf("%s %s: %w", verb, kind.Resource, err)
}
