package clientspec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// rules are what a server asks of a client, in the order in which a refusal is
// most useful to read.
var rules = []func(*evaluation) *Refusal{
	namespaceAllowed,
	namespaceKnown,
	clientIDAllowed,
	redirectHostsAllowed,
	redirectSchemesAllowed,
	startPageAllowed,
	grantTypesAllowed,
	methodAllowed,
	federatedAllowed,
	actorAllowed,
	scopesAllowed,
	audiencesAllowed,
	consentAllowed,
	lifetimesAllowed,
	pkceRequired,
	assuranceRequired,
	bindingRequired,
	signedRequestsPossible,
	profileRequired,
	rotationRequired,
	rotationNotTooFrequent,
	logoutAllowed,
	keysUsable,
	namespaceNotFull,
}

func namespaceAllowed(e *evaluation) *Refusal {
	server := e.server
	if e.namespaceIn(server.Spec.ClientNamespaces) {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonNamespaceNotAllowed, fmt.Sprintf(
		"OAuthServer %s/%s does not accept clients from namespace %q. Ask its administrator to allow the namespace in spec.clientNamespaces.",
		server.Namespace, server.Name, e.Client.Namespace))
}

// namespaceIn reports whether namespaces have that of the client.
func (e *evaluation) namespaceIn(namespaces oauthv1alpha1.ClientNamespaces) bool {
	switch namespaces.From {
	case oauthv1alpha1.NamespacesFromAll:
		return true
	case oauthv1alpha1.NamespacesFromSelector:
		selector, err := metav1.LabelSelectorAsSelector(namespaces.Selector)
		return err == nil && !e.NamespaceUnknown && selector.Matches(labels.Set(e.NamespaceLabels))
	default:
		return e.Client.Namespace == e.server.Namespace
	}
}

// clientIDAllowed keeps client IDs apart by namespace, so that no tenant can take
// over an ID that another namespace has, had or will have.
func clientIDAllowed(e *evaluation) *Refusal {
	if id := e.Client.ClientID(); clientid.IsURL(id) {
		if _, err := clientid.Host(id); err != nil {
			return refuse(oauthv1alpha1.ReasonClientIDNotAllowed, fmt.Sprintf(
				"spec.clientID %q cannot be the URL of a metadata document: %s. Create the client again with another ID.", id, err))
		}
	}
	if l := e.limits.ClientIDs; l.Set() {
		if id := e.Client.ClientID(); !l.MatchesID(id, e.Client.Namespace) {
			return e.notAllowed(oauthv1alpha1.ReasonClientIDNotAllowed, fmt.Sprintf("client ID %q", id), l.By...)
		}
		return nil
	}
	server, id := e.server, e.Client.Spec.ClientID
	if id == "" || e.Client.Namespace == server.Namespace || strings.HasPrefix(id, e.Client.Namespace+".") {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonClientIDNotAllowed, fmt.Sprintf(
		"spec.clientID %q must begin with %q. Create the client again with such an ID, or without spec.clientID.",
		id, e.Client.Namespace+"."))
}

func scopesAllowed(e *evaluation) *Refusal {
	server := e.server
	for _, scope := range e.Client.Spec.Scopes {
		i := slices.IndexFunc(server.Spec.Scopes, func(s oauthv1alpha1.ScopeDefinition) bool { return s.Name == scope })
		if i < 0 {
			return refuse(oauthv1alpha1.ReasonScopeNotAllowed, fmt.Sprintf(
				"Scope %q is not in spec.scopes of OAuthServer %s/%s. Remove it, or ask the server's administrator to add it.",
				scope, server.Namespace, server.Name))
		}
		if l := e.limits.Scopes; l.Set() {
			if !l.Has(string(scope)) {
				return e.notAllowed(oauthv1alpha1.ReasonScopeNotAllowed, fmt.Sprintf("scope %q", scope), l.By...)
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

func audiencesAllowed(e *evaluation) *Refusal {
	if l := e.limits.Audiences; l.Set() {
		for _, audience := range e.Client.Spec.Audiences {
			if !l.Matches(string(audience), e.Client.Namespace) {
				return e.notAllowed(oauthv1alpha1.ReasonAudienceNotAllowed, fmt.Sprintf("audience %q", audience), l.By...)
			}
		}
		return nil
	}
	server := e.server
	_, all := catalogued(server, "*")
	for _, audience := range e.Client.Spec.Audiences {
		definition, listed := catalogued(server, audience)
		if definition.Restricted {
			return refuse(oauthv1alpha1.ReasonAudienceNotAllowed, fmt.Sprintf(
				"Audience %q is restricted by OAuthServer %s/%s. Remove it from spec.audiences, or ask the server's administrator for a policy.",
				audience, server.Namespace, server.Name))
		}
		if all || listed || strings.HasPrefix(string(audience), e.Client.Namespace+".") {
			continue
		}
		return refuse(oauthv1alpha1.ReasonAudienceNotAllowed, fmt.Sprintf(
			"Audience %q is neither in spec.audiences of OAuthServer %s/%s nor a client ID of namespace %q. Remove it, or ask the server's administrator to add it.",
			audience, server.Namespace, server.Name, e.Client.Namespace))
	}
	return nil
}

// catalogued returns what a server's catalogue says of an audience, if it is listed.
func catalogued(server *oauthv1alpha1.OAuthServer, audience oauthv1alpha1.Audience) (oauthv1alpha1.AudienceDefinition, bool) {
	for _, definition := range server.Spec.Audiences {
		if definition.Name == audience {
			return definition, true
		}
	}
	return oauthv1alpha1.AudienceDefinition{}, false
}

// rotationNotTooFrequent bounds how much a client makes the operator write.
func rotationNotTooFrequent(e *evaluation) *Refusal {
	r := e.Client.Spec.Secret.Rotation
	if r == nil || r.Interval == nil {
		return nil
	}
	least := serverspec.Of(e.server).MinRotation
	if r.Interval.Duration >= least {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonRotationTooFrequent, fmt.Sprintf(
		"spec.secret.rotation.interval is less than %s, the minimum of OAuthServer %s/%s. Set it to a longer time, or ask the server's administrator to lower spec.clientSecrets.minRotationInterval.",
		least, e.server.Namespace, e.server.Name))
}

// consentAllowed keeps the owner of a client from getting, without their consent, tokens
// of all users who are signed in.
func consentAllowed(e *evaluation) *Refusal {
	mode := cmp.Or(e.Client.Spec.Consent, oauthv1alpha1.ConsentRemember)
	if l := e.limits.Consent; l.Set() {
		if !l.Has(string(mode)) {
			return e.notAllowed(oauthv1alpha1.ReasonConsentNotAllowed, fmt.Sprintf("%q as spec.consent", mode), l.By...)
		}
		return nil
	}
	if mode != oauthv1alpha1.ConsentSkip {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonConsentNotAllowed, fmt.Sprintf(
		"OAuthServer %s/%s does not let clients skip consent. Set spec.consent to Remember, which asks each user once, or ask its administrator for a policy.",
		e.server.Namespace, e.server.Name))
}
