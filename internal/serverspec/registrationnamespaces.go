package serverspec

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// RegistrationNamespace is a namespace, or some, in which clients can be registered.
type RegistrationNamespace struct {
	// Name is the namespace; empty where Selector selects some.
	Name     string
	Selector labels.Selector
	// Clients are the IDs of those whose access tokens count.
	Clients []string
	// OwnServiceAccounts says that ServiceAccounts register clients in their own namespace.
	OwnServiceAccounts bool
}

func registrationNamespacesOf(from []oauthv1alpha1.RegistrationNamespaces) []RegistrationNamespace {
	var out []RegistrationNamespace
	for _, entry := range from {
		n := RegistrationNamespace{Name: entry.Name, OwnServiceAccounts: entry.ServiceAccounts == oauthv1alpha1.RegistrationServiceAccountsOwn}
		if entry.Tokens != nil {
			n.Clients = entry.Tokens.Clients
		}
		if entry.Name == "" {
			selector, err := metav1.LabelSelectorAsSelector(entry.Selector)
			if err != nil || selector.Empty() {
				continue
			}
			n.Selector = selector
		}
		out = append(out, n)
	}
	return out
}

// ForToken returns the namespace in which access tokens of a client register clients.
func (r *Registration) ForToken(clientID string) (namespace string, ok bool) {
	for _, n := range r.Namespaces {
		if n.Name != "" && slices.Contains(n.Clients, clientID) {
			return n.Name, true
		}
	}
	return "", false
}

// Admits reports whether clients can be registered in a namespace, by whomever.
func (r *Registration) Admits(namespace string, namespaceLabels map[string]string) bool {
	return slices.ContainsFunc(r.Namespaces, func(n RegistrationNamespace) bool {
		return n.Name == namespace && n.Name != "" && (n.OwnServiceAccounts || len(n.Clients) > 0)
	}) || r.ForServiceAccounts(namespace, namespaceLabels)
}

// serviceAccountPrefix begins the user names of ServiceAccounts.
const serviceAccountPrefix = "system:serviceaccount:"

// AdmitsBy reports whether somebody may register clients in a namespace: the ID of a client, or
// the user name of a ServiceAccount.
func (r *Registration) AdmitsBy(registrant, namespace string, namespaceLabels map[string]string) bool {
	if strings.HasPrefix(registrant, serviceAccountPrefix) {
		return strings.HasPrefix(registrant, serviceAccountPrefix+namespace+":") && r.ForServiceAccounts(namespace, namespaceLabels)
	}
	listed, ok := r.ForToken(registrant)
	return ok && listed == namespace
}

// ForServiceAccounts reports whether ServiceAccounts of a namespace register clients in it.
func (r *Registration) ForServiceAccounts(namespace string, namespaceLabels map[string]string) bool {
	return slices.ContainsFunc(r.Namespaces, func(n RegistrationNamespace) bool {
		if n.Name != "" {
			return n.OwnServiceAccounts && n.Name == namespace
		}
		return n.OwnServiceAccounts && n.Selector.Matches(labels.Set(namespaceLabels))
	})
}
