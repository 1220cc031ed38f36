package clientspec

import (
	"fmt"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
	"github.com/grantor-dev/grantor/internal/clientspec/workloads"
	"github.com/grantor-dev/grantor/internal/publickeys"
)

// Authentication is how a client authenticates, apart from its method.
type Authentication struct {
	// ExactMethod says that a client secret is valid only where the client's method puts it.
	ExactMethod bool
	// ServiceAccounts are the names, as users, of the ServiceAccounts whose tokens are
	// valid.
	ServiceAccounts []string
	// Federated are the workloads elsewhere whose tokens are valid.
	Federated []workloads.Federated
	// Signing is how the client signs its assertions.
	Signing
	// IssuerOnly says that assertions must name the server by its issuer URL.
	IssuerOnly bool
	// TLS is the client's certificate.
	TLS oauthv1alpha1.ClientTLS
}

// Signing is how a client signs.
type Signing struct {
	// Keys are the client's public keys, and JWKSURI where they are instead.
	Keys    []publickeys.Key
	JWKSURI string
	// Algorithms are those with which the client may sign.
	Algorithms []string
}

func authentication(c *oauthv1alpha1.OAuthClient, server *oauthv1alpha1.OAuthServer, l clientpolicy.Limits) Authentication {
	spec := c.Spec.Authentication
	a := Authentication{ExactMethod: spec.Method.HasSecret() && (spec.ExactMethod || l.OneMethod()), IssuerOnly: len(l.FAPI2) > 0}
	for _, account := range spec.ServiceAccounts {
		a.ServiceAccounts = append(a.ServiceAccounts, "system:serviceaccount:"+c.Namespace+":"+account.Name)
	}
	a.Federated = workloads.Of(spec.Federated, server)
	if spec.TLS != nil {
		a.TLS = *spec.TLS.DeepCopy()
	}
	a.Signing = signing(spec.JWKS, spec.JWKSURI, spec.SigningAlgorithms)
	return a
}

// requestObject returns how a client signs its authorization requests: with keys for that,
// or else with those of its assertions.
func requestObject(c *oauthv1alpha1.OAuthClient) Signing {
	if own := c.Spec.RequestObject; own != nil {
		return signing(own.JWKS, own.JWKSURI, own.SigningAlgorithms)
	}
	spec := c.Spec.Authentication
	return signing(spec.JWKS, spec.JWKSURI, spec.SigningAlgorithms)
}

// may reports whether a signature of an algorithm could be the client's.
func (s *Signing) may(algorithm string) bool {
	return slices.Contains(s.Algorithms, algorithm) &&
		(s.JWKSURI != "" || slices.ContainsFunc(s.Keys, func(key publickeys.Key) bool { return key.Candidate(algorithm, "") }))
}

func signing(jwks *oauthv1alpha1.JSONWebKeySet, uri oauthv1alpha1.JWKSURI, algorithms []oauthv1alpha1.AssertionAlgorithm) Signing {
	if jwks == nil && uri == "" {
		return Signing{}
	}
	s := Signing{JWKSURI: string(uri), Algorithms: stringsOf(algorithms)}
	if len(s.Algorithms) == 0 {
		s.Algorithms = publickeys.Algorithms()
	}
	for _, written := range written(jwks) {
		if key, err := publickeys.Parse(written); err == nil {
			s.Keys = append(s.Keys, key)
		}
	}
	return s
}

// keysUsable refuses keys that the schema cannot tell from usable ones.
func keysUsable(e *evaluation) *Refusal {
	spec := &e.Client.Spec
	if refusal := usable("spec.authentication", spec.Authentication.JWKS); refusal != nil || spec.RequestObject == nil {
		return refusal
	}
	return usable("spec.requestObject", spec.RequestObject.JWKS)
}

func usable(field string, jwks *oauthv1alpha1.JSONWebKeySet) *Refusal {
	for i, written := range written(jwks) {
		if _, err := publickeys.Parse(written); err != nil {
			return refuse(oauthv1alpha1.ReasonKeyNotUsable, fmt.Sprintf("%s.jwks.keys[%d] cannot be used: %s. Replace or remove it.", field, i, err))
		}
	}
	return nil
}

// written returns keys as they are written down.
func written(jwks *oauthv1alpha1.JSONWebKeySet) []publickeys.JWK {
	if jwks == nil {
		return nil
	}
	var out []publickeys.JWK
	for _, k := range jwks.Keys {
		out = append(out, publickeys.JWK{
			KeyType: string(k.KeyType), KeyID: k.KeyID, Use: k.Use, Algorithm: string(k.Algorithm),
			Curve: k.Curve, X: k.X, Y: k.Y, N: k.N, E: k.E, D: k.D,
		})
	}
	return out
}
