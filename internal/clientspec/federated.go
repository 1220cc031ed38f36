package clientspec

import (
	"fmt"
	"slices"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Federated is a workload elsewhere that can act as a client.
type Federated struct {
	// TrustedIssuer is the name of its issuer. Issuer is what its tokens have as iss, "" for
	// none, and JWKSURI where the keys are, "" for where the issuer says.
	TrustedIssuer, Issuer, JWKSURI string
	// Subject is what its tokens have as sub, or begin with if Prefix is set.
	Subject string
	Prefix  bool
	// Claims are further claims that its tokens have.
	Claims map[string]string
}

// federatedOf returns the workloads elsewhere that a client of a server names.
func federatedOf(specs []oauthv1alpha1.FederatedIdentity, server *oauthv1alpha1.OAuthServer) []Federated {
	var out []Federated
	for _, spec := range specs {
		issuer := trustedIssuer(server, spec.Issuer)
		if issuer == nil {
			continue
		}
		f := Federated{TrustedIssuer: string(issuer.Name), Issuer: issuer.Issuer, JWKSURI: string(issuer.JWKSURI)}
		f.Subject, f.Prefix = strings.CutSuffix(spec.Subject, "*")
		if len(spec.Claims) > 0 {
			f.Claims = map[string]string{}
		}
		for name, value := range spec.Claims {
			f.Claims[name] = string(value)
		}
		out = append(out, f)
	}
	return out
}

func trustedIssuer(server *oauthv1alpha1.OAuthServer, name oauthv1alpha1.TrustedIssuerName) *oauthv1alpha1.TrustedIssuer {
	i := slices.IndexFunc(server.Spec.TrustedIssuers, func(t oauthv1alpha1.TrustedIssuer) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	return &server.Spec.TrustedIssuers[i]
}

// federatedAllowed keeps clients to the trusted issuers that they may name, and subjects to
// what one owner has.
func federatedAllowed(e *evaluation) *Refusal {
	if refusal := e.federatedIn("spec.authentication.federated", e.Client.Spec.Authentication.Federated); refusal != nil {
		return refusal
	}
	return e.federatedIn("spec.tokenExchange.subjects", exchanged(e.Client))
}

// federatedIn does what federatedAllowed does for a field.
func (e *evaluation) federatedIn(field string, specs []oauthv1alpha1.FederatedIdentity) *Refusal {
	names := map[string]oauthv1alpha1.TrustedIssuerName{}
	for i := range specs {
		spec := &specs[i]
		issuer := trustedIssuer(e.server, spec.Issuer)
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
