package clientspec

import (
	"fmt"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
	"github.com/grantor-dev/grantor/internal/publickeys"
)

// Authentication is how a client authenticates, apart from its method.
type Authentication struct {
	// ExactMethod says that a client secret is valid only where the client's method puts it.
	ExactMethod bool
	// ServiceAccounts are the names, as users, of the ServiceAccounts whose tokens are
	// valid.
	ServiceAccounts []string
	// Signing is how the client signs its assertions.
	Signing
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

func authentication(c *oauthv1alpha1.OAuthClient, l clientpolicy.Limits) Authentication {
	spec := c.Spec.Authentication
	a := Authentication{ExactMethod: spec.Method.HasSecret() && (spec.ExactMethod || l.OneMethod())}
	for _, account := range spec.ServiceAccounts {
		a.ServiceAccounts = append(a.ServiceAccounts, "system:serviceaccount:"+c.Namespace+":"+account.Name)
	}
	if spec.TLS != nil {
		a.TLS = *spec.TLS.DeepCopy()
	}
	if spec.JWKS == nil && spec.JWKSURI == "" {
		return a
	}
	a.JWKSURI = string(spec.JWKSURI)
	if a.Algorithms = stringsOf(spec.SigningAlgorithms); len(a.Algorithms) == 0 {
		a.Algorithms = publickeys.Algorithms()
	}
	for _, written := range written(c) {
		if key, err := publickeys.Parse(written); err == nil {
			a.Keys = append(a.Keys, key)
		}
	}
	return a
}

// keysUsable refuses keys that the schema cannot tell from usable ones.
func keysUsable(e *evaluation) *Refusal {
	for i, written := range written(e.Client) {
		if _, err := publickeys.Parse(written); err != nil {
			return refuse(oauthv1alpha1.ReasonKeyNotUsable, fmt.Sprintf(
				"spec.authentication.jwks.keys[%d] cannot be used: %s. Replace or remove it.", i, err))
		}
	}
	return nil
}

// written returns the keys of a client as they are written down.
func written(c *oauthv1alpha1.OAuthClient) []publickeys.JWK {
	if c.Spec.Authentication.JWKS == nil {
		return nil
	}
	var out []publickeys.JWK
	for _, k := range c.Spec.Authentication.JWKS.Keys {
		out = append(out, publickeys.JWK{
			KeyType: string(k.KeyType), KeyID: k.KeyID, Use: k.Use, Algorithm: string(k.Algorithm),
			Curve: k.Curve, X: k.X, Y: k.Y, N: k.N, E: k.E, D: k.D,
		})
	}
	return out
}
