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
var rules = []func(*matter) *Refusal{
	namespaceAllowed,
	namespaceKnown,
	clientIDAllowed,
	redirectHostsAllowed,
	grantTypesAllowed,
	methodAllowed,
	scopesAllowed,
	audiencesAllowed,
	consentAllowed,
	lifetimesAllowed,
	pkceRequired,
	rotationRequired,
	keysUsable,
	roomInNamespace,
}

func namespaceAllowed(m *matter) *Refusal {
	server := m.server
	allowed := server.Spec.ClientNamespaces
	switch allowed.From {
	case oauthv1alpha1.NamespacesFromAll:
		return nil
	case oauthv1alpha1.NamespacesFromSelector:
		selector, err := metav1.LabelSelectorAsSelector(allowed.Selector)
		if err == nil && !m.NamespaceUnknown && selector.Matches(labels.Set(m.NamespaceLabels)) {
			return nil
		}
	default:
		if m.Client.Namespace == server.Namespace {
			return nil
		}
	}
	return refuse(oauthv1alpha1.ReasonNamespaceNotAllowed, fmt.Sprintf(
		"OAuthServer %s/%s does not take clients from namespace %q. Ask its administrator to allow the namespace in spec.clientNamespaces.",
		server.Namespace, server.Name, m.Client.Namespace))
}

// clientIDAllowed keeps client IDs apart by namespace, so that nobody can take
// over an ID that another namespace has, had or will have.
func clientIDAllowed(m *matter) *Refusal {
	if l := m.limits.clientIDs; l.set() {
		if id := m.Client.ClientID(); !l.matches(id, m.Client.Namespace) {
			return m.notAllowed(oauthv1alpha1.ReasonClientIDNotAllowed, fmt.Sprintf("client ID %q", id), l.by...)
		}
		return nil
	}
	server, id := m.server, m.Client.Spec.ClientID
	if id == "" || m.Client.Namespace == server.Namespace || strings.HasPrefix(id, m.Client.Namespace+".") {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonClientIDNotAllowed, fmt.Sprintf(
		"spec.clientID %q must begin with %q. Create the client again with such an ID, or without spec.clientID.",
		id, m.Client.Namespace+"."))
}

func scopesAllowed(m *matter) *Refusal {
	server := m.server
	for _, scope := range m.Client.Spec.Scopes {
		i := slices.IndexFunc(server.Spec.Scopes, func(s oauthv1alpha1.ScopeDefinition) bool { return s.Name == scope })
		if i < 0 {
			return refuse(oauthv1alpha1.ReasonScopeNotAllowed, fmt.Sprintf(
				"Scope %q is not in spec.scopes of OAuthServer %s/%s. Remove it, or ask the server's administrator to add it.",
				scope, server.Namespace, server.Name))
		}
		if l := m.limits.scopes; l.set() {
			if !l.has(string(scope)) {
				return m.notAllowed(oauthv1alpha1.ReasonScopeNotAllowed, fmt.Sprintf("scope %q", scope), l.by...)
			}
			continue
		}
		if server.Spec.Scopes[i].Restricted {
			return refuse(oauthv1alpha1.ReasonScopeNotAllowed, fmt.Sprintf(
				"Scope %q is restricted by OAuthServer %s/%s. Remove it from spec.scopes, or ask the server's administrator for a policy.",
				scope, server.Namespace, server.Name))
		}
	}
	return nil
}

func audiencesAllowed(m *matter) *Refusal {
	if l := m.limits.audiences; l.set() {
		for _, audience := range m.Client.Spec.Audiences {
			if !l.matches(string(audience), m.Client.Namespace) {
				return m.notAllowed(oauthv1alpha1.ReasonAudienceNotAllowed, fmt.Sprintf("audience %q", audience), l.by...)
			}
		}
		return nil
	}
	server := m.server
	if slices.Contains(server.Spec.Audiences, "*") {
		return nil
	}
	for _, audience := range m.Client.Spec.Audiences {
		if slices.Contains(server.Spec.Audiences, audience) || strings.HasPrefix(string(audience), m.Client.Namespace+".") {
			continue
		}
		return refuse(oauthv1alpha1.ReasonAudienceNotAllowed, fmt.Sprintf(
			"Audience %q is neither in spec.audiences of OAuthServer %s/%s nor a client ID of namespace %q. Remove it, or ask the server's administrator to add it.",
			audience, server.Namespace, server.Name, m.Client.Namespace))
	}
	return nil
}

// consentAllowed keeps the owner of a client from getting, unasked, tokens of
// everybody who is signed in.
func consentAllowed(m *matter) *Refusal {
	mode := first(m.Client.Spec.Consent, oauthv1alpha1.ConsentRemember)
	if l := m.limits.consent; l.set() {
		if !l.has(string(mode)) {
			return m.notAllowed(oauthv1alpha1.ReasonConsentNotAllowed, fmt.Sprintf("%q as spec.consent", mode), l.by...)
		}
		return nil
	}
	if mode != oauthv1alpha1.ConsentSkip {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonConsentNotAllowed, fmt.Sprintf(
		"OAuthServer %s/%s does not let clients skip consent. Set spec.consent to Remember, which asks each person once, or ask its administrator for a policy.",
		m.server.Namespace, m.server.Name))
}
