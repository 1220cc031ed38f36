package oauthidentityprovider

import (
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/providerspec"
)

// problem is why a provider has no credential, or cannot be reached.
type problem struct{ reason, message string }

// provider is one OAuthIdentityProvider in a pass.
type provider struct {
	object, stored *oauthv1alpha1.OAuthIdentityProvider
	// server is the one that it names, nil if there is none.
	server *oauthv1alpha1.OAuthServer
	// refusal is why the server does not use the provider.
	refusal *providerspec.Refusal
	// entry is that in the Secret of the server, and missing why there is none.
	entry   []byte
	missing *problem
	// reachable says that the metadata was read, unreachable why it was not; both are unknown
	// before the first answer.
	reachable   bool
	unreachable *problem
}

// needsSecret reports whether a secret is to be read for the provider.
func (p *provider) needsSecret() bool {
	return p.refusal == nil && providerspec.SecretRef(p.object) != nil
}

// entries returns what the Secret of a server has to hold.
func entries(all []*provider, server string) map[string][]byte {
	out := map[string][]byte{}
	for _, p := range all {
		if p.object.Spec.ServerName == server && len(p.entry) > 0 {
			out[string(p.object.UID)] = p.entry
		}
	}
	return out
}

// blame gives the same problem to all providers of a server whose secrets should be there.
func blame(all []*provider, server string, why problem) {
	for _, p := range all {
		if p.object.Spec.ServerName == server && p.needsSecret() && p.missing == nil {
			p.missing = &why
		}
	}
}
