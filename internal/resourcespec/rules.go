package resourcespec

import (
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/age"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
	"github.com/grantor-dev/grantor/internal/clientspec"
)

// bind returns the server of a resource: the one it names, else the default.
func bind(r *oauthv1alpha1.OAuthResource, servers []*oauthv1alpha1.OAuthServer) (*oauthv1alpha1.OAuthServer, *Refusal) {
	ref := r.Spec.ServerRef
	if ref == nil {
		if server := clientspec.DefaultServer(servers); server != nil {
			return server, nil
		}
		return nil, refuse(oauthv1alpha1.ReasonNoDefaultServer,
			"No OAuthServer is marked as default. Mark one with spec.default: true, or name one in spec.serverRef of a new resource.")
	}
	namespace := ref.Namespace
	if namespace == "" {
		namespace = r.Namespace
	}
	for _, server := range servers {
		if server.Namespace == namespace && server.Name == ref.Name {
			return server, nil
		}
	}
	return nil, refuse(oauthv1alpha1.ReasonServerNotFound, fmt.Sprintf(
		"The OAuthServer %q does not exist in namespace %q. Create it, or make a resource that names another one.", ref.Name, namespace))
}

func namespaceAllowed(e *evaluation, _ Inputs) *Refusal {
	allowed, server, namespace := e.server.Spec.ClientNamespaces, e.server, e.Resource.Namespace
	if selects(allowed.From, parsed(allowed.Selector), server.Namespace, namespace, e.NamespaceLabels, e.NamespaceUnknown) {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonNamespaceNotAllowed, fmt.Sprintf(
		"OAuthServer %s/%s does not accept resources from namespace %q. Ask its administrator to allow the namespace in spec.clientNamespaces.",
		server.Namespace, server.Name, namespace))
}

// selects reports whether namespaces are selected: own alone, all, or those with labels.
func selects(from oauthv1alpha1.NamespacesFrom, by labels.Selector, own, namespace string, set map[string]string, unknown bool) bool {
	switch from {
	case oauthv1alpha1.NamespacesFromAll:
		return true
	case oauthv1alpha1.NamespacesFromSelector:
		return by != nil && !unknown && by.Matches(labels.Set(set))
	default:
		return namespace == own
	}
}

// parsed returns a selector, nil for one that cannot be parsed, which selects nothing.
func parsed(selector *metav1.LabelSelector) labels.Selector {
	out, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return nil
	}
	return out
}

// namespaceKnown refuses, for a moment, a resource whose policies are not known yet.
func namespaceKnown(e *evaluation, inputs Inputs) *Refusal {
	if !e.NamespaceUnknown || !slices.ContainsFunc(inputs.Policies, func(p *oauthv1alpha1.OAuthClientPolicy) bool { return clientpolicy.Concerns(p, e.server) }) {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonNamespaceNotAllowed, fmt.Sprintf(
		"The labels of namespace %q, by which policies of OAuthServer %s/%s select namespaces, are not known yet. Wait a moment.",
		e.Resource.Namespace, e.server.Namespace, e.server.Name))
}

// scopesAllowed keeps the meaning of the server's own scopes.
func scopesAllowed(e *evaluation, _ Inputs) *Refusal {
	for _, scope := range e.Resource.Spec.Scopes {
		if slices.ContainsFunc(e.server.Spec.Scopes, func(s oauthv1alpha1.ScopeDefinition) bool { return s.Name == scope.Name }) {
			return refuse(oauthv1alpha1.ReasonScopeNotAllowed, fmt.Sprintf(
				"Scope %q is in spec.scopes of OAuthServer %s/%s, which means the same for all resources. Choose another name.",
				scope.Name, e.server.Namespace, e.server.Name))
		}
	}
	return nil
}

// MaxPerNamespace is how many resources of a namespace a server accepts: the oldest.
const MaxPerNamespace = 100

func fewEnough(e *evaluation, _ Inputs) *Refusal {
	if e.Older < MaxPerNamespace {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonTooManyResources, fmt.Sprintf(
		"Namespace %q has %d older OAuthResources, which is the limit. Delete one of them.", e.Resource.Namespace, e.Older))
}

// conflict refuses a resource whose identifier belongs to an older one of the same server.
// A claimant that breaks another rule holds nothing.
func conflict(c Candidate, server *oauthv1alpha1.OAuthServer, inputs Inputs) *Refusal {
	holder := c
	for _, rival := range inputs.Claimants {
		if rival.Resource.UID == c.Resource.UID || rival.Resource.DeletionTimestamp != nil ||
			rival.Resource.Spec.Identifier != c.Resource.Spec.Identifier || age.Compare(rival.Resource, holder.Resource) > 0 {
			continue
		}
		if other, refusal := accept(rival, inputs); refusal == nil && other.server.UID == server.UID {
			holder = rival
		}
	}
	if holder.Resource.UID == c.Resource.UID {
		return nil
	}
	who := "an older OAuthResource in another namespace"
	if holder.Resource.Namespace == c.Resource.Namespace {
		who = fmt.Sprintf("the older OAuthResource %q", holder.Resource.Name)
	}
	return refuse(oauthv1alpha1.ReasonIdentifierConflict, fmt.Sprintf(
		"Identifier %q belongs to %s. Create the resource again with another spec.identifier.", c.Resource.Spec.Identifier, who))
}

func refuse(reason, message string) *Refusal { return &Refusal{Reason: reason, Message: message} }
