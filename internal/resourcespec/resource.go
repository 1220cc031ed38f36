package resourcespec

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Resource is a resource of a server. It does not change.
type Resource struct {
	// Refused says that the server refuses it: no client may ask for its identifier, and all
	// else of it is empty.
	Refused bool

	Namespace, Name         string
	Identifier, DisplayName string
	Scopes                  []Scope
	// Groups and Users may use it; if both are empty, all users may.
	Groups, Users []string
	// MetadataDocuments says that clients with a metadata document may ask for it.
	MetadataDocuments bool
	// Registered says that clients which registered without a token may ask for it.
	Registered bool
	// Workloads says that clients may get tokens of their own.
	Workloads bool
	// Lifetime is the longest one of an access token; zero for the client's.
	Lifetime time.Duration
	Binding  oauthv1alpha1.AccessTokenBinding
	// Introspectors are the IDs of clients that may introspect its tokens.
	Introspectors []string
	// Listed says that discovery lists it.
	Listed bool

	from oauthv1alpha1.NamespacesFrom
	// selector is parsed; nil for one that selects nothing.
	selector labels.Selector
}

// Scope is a scope of a resource.
type Scope struct{ Name, Description string }

// effective fills in the defaults of the schema.
func effective(r *oauthv1alpha1.OAuthResource) *Resource {
	out := &Resource{
		Namespace: r.Namespace, Name: r.Name, Identifier: string(r.Spec.Identifier), DisplayName: r.Spec.DisplayName,
		Groups: r.Spec.Access.Groups, Users: r.Spec.Access.Users,
		MetadataDocuments: r.Spec.Clients.MetadataDocuments == oauthv1alpha1.ResourceClientsAllow,
		Registered:        r.Spec.Clients.Registered == oauthv1alpha1.ResourceClientsAllow,
		Workloads:         r.Spec.Clients.Workloads == oauthv1alpha1.ResourceClientsAllow,
		Binding:           cmp.Or(r.Spec.Tokens.Binding, oauthv1alpha1.AccessTokenBindingIfProved),
		Introspectors:     r.Spec.Introspectors,
		Listed:            r.Spec.Discovery == oauthv1alpha1.ResourceListed,
		from:              r.Spec.Clients.Namespaces.From, selector: parsed(r.Spec.Clients.Namespaces.Selector),
	}
	if r.Spec.Tokens.Lifetime != nil {
		out.Lifetime = r.Spec.Tokens.Lifetime.Duration
	}
	for _, scope := range r.Spec.Scopes {
		out.Scopes = append(out.Scopes, Scope{string(scope.Name), scope.Description})
	}
	return out
}

// ServesNamespace reports whether clients of a namespace may ask for the resource.
// unknown says that the labels of the namespace are not known yet.
func (r *Resource) ServesNamespace(namespace string, set map[string]string, unknown bool) bool {
	return selects(r.from, r.selector, r.Namespace, namespace, set, unknown)
}

// Admits reports whether a user may use the resource.
func (r *Resource) Admits(username string, groups []string) bool {
	if len(r.Groups) == 0 && len(r.Users) == 0 || slices.Contains(r.Users, username) {
		return true
	}
	return slices.ContainsFunc(groups, func(group string) bool { return slices.Contains(r.Groups, group) })
}

// Scope returns a scope of the resource by its name.
func (r *Resource) Scope(name string) (Scope, bool) {
	n := slices.IndexFunc(r.Scopes, func(s Scope) bool { return s.Name == name })
	if n < 0 {
		return Scope{}, false
	}
	return r.Scopes[n], true
}
