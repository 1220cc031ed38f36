package clientspec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
)

// federatedAllowed keeps clients to the trusted issuers that they may name, and subjects to
// what one owner has.
func federatedAllowed(e *evaluation) *Refusal {
	if refusal := e.federatedIn("spec.authentication.federated", e.Client.Spec.Authentication.Federated); refusal != nil {
		return refusal
	}
	return e.federatedIn("spec.tokenExchange.subjects", workloads.Exchanged(e.Client))
}

// federatedIn does what federatedAllowed does for a field.
func (e *evaluation) federatedIn(field string, specs []oauthv1alpha1.FederatedIdentity) *Refusal {
	names := map[string]oauthv1alpha1.TrustedIssuerName{}
	for i := range specs {
		spec := &specs[i]
		issuer := workloads.TrustedIssuer(e.server, spec.Issuer)
		if issuer == nil {
			return refuse(oauthv1alpha1.ReasonTrustedIssuerNotFound, fmt.Sprintf(
				"Trusted issuer %q is not in spec.trustedIssuers of OAuthServer %s/%s. Remove it from %s, or ask the server's administrator to add it.",
				spec.Issuer, e.server.Namespace, e.server.Name, field))
		}
		if refusal := e.trustedIssuerAllowed(issuer, field); refusal != nil {
			return refusal
		}
		if refusal := e.subjectAllowed(spec, issuer); refusal != nil {
			return refusal
		}
		if other, ok := names[issuer.Issuer]; ok && other != issuer.Name {
			return refuse(oauthv1alpha1.ReasonTrustedIssuerConflict, fmt.Sprintf(
				"Trusted issuers %q and %q of OAuthServer %s/%s have the same issuer, so a token does not say which of them issued it. Keep one of them in %s, and create another client for the other one.",
				other, issuer.Name, e.server.Namespace, e.server.Name, field))
		}
		names[issuer.Issuer] = issuer.Name
	}
	return nil
}

// trustedIssuerAllowed refuses an issuer that the client's namespace may not use.
func (e *evaluation) trustedIssuerAllowed(issuer *oauthv1alpha1.TrustedIssuer, field string) *Refusal {
	if !e.namespaceIn(issuer.Namespaces) {
		return refuse(oauthv1alpha1.ReasonTrustedIssuerNotAllowed, fmt.Sprintf(
			"Clients of namespace %q may not use trusted issuer %q of OAuthServer %s/%s. Remove it from %s, or ask the server's administrator to allow the namespace in spec.trustedIssuers.",
			e.Client.Namespace, issuer.Name, e.server.Namespace, e.server.Name, field))
	}
	if l := e.limits.FederatedIssuers; l.Set() && !l.Matches(string(issuer.Name), e.Client.Namespace) {
		return e.notAllowed(oauthv1alpha1.ReasonTrustedIssuerNotAllowed, fmt.Sprintf("trusted issuer %q", issuer.Name), l.By...)
	}
	return nil
}

// subjectAllowed refuses a subject that tokens of several owners can have: names of owners
// and of what they own are given to others.
func (e *evaluation) subjectAllowed(spec *oauthv1alpha1.FederatedIdentity, issuer *oauthv1alpha1.TrustedIssuer) *Refusal {
	owned := func(claim oauthv1alpha1.ClaimName) bool { return spec.Claims[string(claim)] != "" }
	if !strings.HasSuffix(spec.Subject, "*") || slices.ContainsFunc(issuer.OwnerClaims, owned) {
		return nil
	}
	if len(issuer.OwnerClaims) == 0 {
		return refuse(oauthv1alpha1.ReasonFederatedSubjectNotAllowed, fmt.Sprintf(
			"Subject %q ends in *, and trusted issuer %q of OAuthServer %s/%s has no ownerClaims. Write the whole subject, or ask the server's administrator for ownerClaims.",
			spec.Subject, issuer.Name, e.server.Namespace, e.server.Name))
	}
	return refuse(oauthv1alpha1.ReasonFederatedSubjectNotAllowed, fmt.Sprintf(
		"Subject %q ends in *, so its claims must have one of %s, which say whose a token of trusted issuer %q is. Add it, or write the whole subject.",
		spec.Subject, strings.Join(stringsOf(issuer.OwnerClaims), ", "), issuer.Name))
}

// actorAllowed keeps clients from taking the place of others without a trace.
func actorAllowed(e *evaluation) *Refusal {
	spec := e.Client.Spec.TokenExchange
	if spec == nil {
		return nil
	}
	actor := cmp.Or(spec.Actor, oauthv1alpha1.TokenExchangeActorRequired)
	if l := e.limits.ExchangeActors; l.Set() {
		if !l.Has(string(actor)) {
			return e.notAllowed(oauthv1alpha1.ReasonActorNotAllowed, fmt.Sprintf("%q as spec.tokenExchange.actor", actor), l.By...)
		}
		return nil
	}
	if actor == oauthv1alpha1.TokenExchangeActorRequired {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonActorNotAllowed, fmt.Sprintf(
		"OAuthServer %s/%s does not let clients act for others without being named. Set spec.tokenExchange.actor to Required, or ask its administrator for a policy with tokenExchangeActors.",
		e.server.Namespace, e.server.Name))
}
