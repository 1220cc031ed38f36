package clientspec

import (
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// rules are what a server asks of a client, in the order in which a refusal is
// most useful to read.
var rules = []func(Candidate, *oauthv1alpha1.OAuthServer) *Refusal{
	namespaceAllowed,
	clientIDAllowed,
	scopesAllowed,
	audiencesAllowed,
	consentAllowed,
	keysUsable,
}

func namespaceAllowed(c Candidate, server *oauthv1alpha1.OAuthServer) *Refusal {
	allowed := server.Spec.ClientNamespaces
	switch allowed.From {
	case oauthv1alpha1.NamespacesFromAll:
		return nil
	case oauthv1alpha1.NamespacesFromSelector:
		selector, err := metav1.LabelSelectorAsSelector(allowed.Selector)
		if err == nil && !c.NamespaceUnknown && selector.Matches(labels.Set(c.NamespaceLabels)) {
			return nil
		}
	default:
		if c.Client.Namespace == server.Namespace {
			return nil
		}
	}
	return refuse(oauthv1alpha1.ReasonNamespaceNotAllowed, fmt.Sprintf(
		"OAuthServer %s/%s does not take clients from namespace %q. Ask its administrator to allow the namespace in spec.clientNamespaces.",
		server.Namespace, server.Name, c.Client.Namespace))
}

// clientIDAllowed keeps client IDs apart by namespace, so that nobody can take
// over an ID that another namespace has, had or will have.
func clientIDAllowed(c Candidate, server *oauthv1alpha1.OAuthServer) *Refusal {
	id := c.Client.Spec.ClientID
	if id == "" || c.Client.Namespace == server.Namespace || strings.HasPrefix(id, c.Client.Namespace+".") {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonClientIDNotAllowed, fmt.Sprintf(
		"spec.clientID %q must begin with %q. Create the client again with such an ID, or without spec.clientID.",
		id, c.Client.Namespace+"."))
}

func scopesAllowed(c Candidate, server *oauthv1alpha1.OAuthServer) *Refusal {
	for _, scope := range c.Client.Spec.Scopes {
		i := slices.IndexFunc(server.Spec.Scopes, func(s oauthv1alpha1.ScopeDefinition) bool { return s.Name == scope })
		if i < 0 {
			return refuse(oauthv1alpha1.ReasonScopeNotAllowed, fmt.Sprintf(
				"Scope %q is not in spec.scopes of OAuthServer %s/%s. Remove it, or ask the server's administrator to add it.",
				scope, server.Namespace, server.Name))
		}
		if server.Spec.Scopes[i].Restricted {
			return refuse(oauthv1alpha1.ReasonScopeNotAllowed, fmt.Sprintf(
				"Scope %q is restricted by OAuthServer %s/%s. Remove it from spec.scopes.",
				scope, server.Namespace, server.Name))
		}
	}
	return nil
}

func audiencesAllowed(c Candidate, server *oauthv1alpha1.OAuthServer) *Refusal {
	if slices.Contains(server.Spec.Audiences, "*") {
		return nil
	}
	for _, audience := range c.Client.Spec.Audiences {
		if slices.Contains(server.Spec.Audiences, audience) || strings.HasPrefix(string(audience), c.Client.Namespace+".") {
			continue
		}
		return refuse(oauthv1alpha1.ReasonAudienceNotAllowed, fmt.Sprintf(
			"Audience %q is neither in spec.audiences of OAuthServer %s/%s nor a client ID of namespace %q. Remove it, or ask the server's administrator to add it.",
			audience, server.Namespace, server.Name, c.Client.Namespace))
	}
	return nil
}

// consentAllowed keeps the owner of a client from getting, unasked, tokens of
// everybody who is signed in.
func consentAllowed(c Candidate, server *oauthv1alpha1.OAuthServer) *Refusal {
	if c.Client.Spec.Consent != oauthv1alpha1.ConsentSkip {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonConsentNotAllowed, fmt.Sprintf(
		"OAuthServer %s/%s does not let clients skip consent. Set spec.consent to Remember, which asks each person once.",
		server.Namespace, server.Name))
}
