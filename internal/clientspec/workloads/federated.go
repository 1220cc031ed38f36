package workloads

import (
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

// Of returns the workloads elsewhere that a client of a server names.
func Of(specs []oauthv1alpha1.FederatedIdentity, server *oauthv1alpha1.OAuthServer) []Federated {
	var out []Federated
	for _, spec := range specs {
		issuer := TrustedIssuer(server, spec.Issuer)
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

// TrustedIssuer returns the trusted issuer of a server that has a name, nil if there is none.
func TrustedIssuer(server *oauthv1alpha1.OAuthServer, name oauthv1alpha1.TrustedIssuerName) *oauthv1alpha1.TrustedIssuer {
	i := slices.IndexFunc(server.Spec.TrustedIssuers, func(t oauthv1alpha1.TrustedIssuer) bool { return t.Name == name })
	if i < 0 {
		return nil
	}
	return &server.Spec.TrustedIssuers[i]
}
