package clientspec

import (
	"fmt"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// namespaceKnown refuses, for a moment, a client whose policies cannot be told: they
// may say less than what holds without any.
func namespaceKnown(m *matter) *Refusal {
	if !m.NamespaceUnknown || !slices.ContainsFunc(m.world.Policies, func(p *oauthv1alpha1.OAuthClientPolicy) bool { return Concerns(p, m.server) }) {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonNamespaceNotAllowed, fmt.Sprintf(
		"The labels of namespace %q are not known yet, by which policies of OAuthServer %s/%s select. Wait a moment.",
		m.Client.Namespace, m.server.Namespace, m.server.Name))
}

func redirectHostsAllowed(m *matter) *Refusal {
	l := m.limits.redirectHosts
	if !l.set() {
		return nil
	}
	spec := &m.Client.Spec
	for _, field := range []struct {
		name string
		uris []string
	}{
		{"redirectURIs", stringsOf(spec.RedirectURIs)},
		{"postLogoutRedirectURIs", stringsOf(spec.PostLogoutRedirectURIs)},
		{"allowedOrigins", stringsOf(spec.AllowedOrigins)},
	} {
		for _, uri := range field.uris {
			if !m.hostAllowed(uri) {
				return m.notAllowed(oauthv1alpha1.ReasonRedirectHostNotAllowed, fmt.Sprintf("the host of %q in spec.%s", uri, field.name), l.by...)
			}
		}
	}
	return nil
}

// hostAllowed reports whether the policies allow the host of a URI.
func (m *matter) hostAllowed(uri string) bool {
	l, host := m.limits.redirectHosts, hostOf(uri)
	return !l.set() || slices.ContainsFunc(l.allowed, func(pattern string) bool { return matchesHost(pattern, host, m.Client.Namespace) })
}

func grantTypesAllowed(m *matter) *Refusal {
	l := m.limits.grantTypes
	for _, grant := range m.Client.Spec.GrantTypes {
		if l.set() && !l.has(string(grant)) {
			return m.notAllowed(oauthv1alpha1.ReasonGrantTypeNotAllowed, fmt.Sprintf("%q in spec.grantTypes", grant), l.by...)
		}
	}
	return nil
}

func methodAllowed(m *matter) *Refusal {
	l, method := m.limits.methods, first(m.Client.Spec.Authentication.Method, oauthv1alpha1.AuthenticationBasic)
	if !l.set() || l.has(string(method)) {
		return nil
	}
	return m.notAllowed(oauthv1alpha1.ReasonAuthenticationMethodNotAllowed, fmt.Sprintf("%q as spec.authentication.method", method), l.by...)
}

// lifetimesAllowed looks at what the client itself asks for: where it asks for
// nothing, effective keeps to the maximum.
func lifetimesAllowed(m *matter) *Refusal {
	tokens := &m.Client.Spec.Tokens
	for _, field := range []struct {
		name  string
		wants *metav1.Duration
		most  ceiling[time.Duration]
	}{
		{"accessToken.lifetime", tokens.AccessToken.Lifetime, m.limits.access},
		{"refreshToken.lifetime", tokens.RefreshToken.Lifetime, m.limits.refresh},
		{"refreshToken.idleLifetime", tokens.RefreshToken.IdleLifetime, m.limits.refresh},
		{"idToken.lifetime", tokens.IDToken.Lifetime, m.limits.id},
	} {
		if field.wants == nil || field.most.under(field.wants.Duration) == field.wants.Duration {
			continue
		}
		return m.notAllowed(oauthv1alpha1.ReasonLifetimeNotAllowed,
			fmt.Sprintf("more than %s as spec.tokens.%s", field.most.most, field.name), field.most.by)
	}
	return nil
}

func pkceRequired(m *matter) *Refusal {
	if len(m.limits.pkce) == 0 || m.Client.Spec.PKCE != oauthv1alpha1.PKCEOptional ||
		!slices.Contains(m.Client.Spec.GrantTypes, oauthv1alpha1.GrantAuthorizationCode) {
		return nil
	}
	return m.notAllowed(oauthv1alpha1.ReasonPKCERequired, "Optional as spec.pkce", m.limits.pkce...)
}

// rotationRequired concerns the secrets that the operator makes.
func rotationRequired(m *matter) *Refusal {
	most, secret := m.limits.rotation, m.Client.Spec.Secret
	if most.by == "" || !m.Client.Spec.Authentication.Method.HasSecret() || secret.From != nil {
		return nil
	}
	if r := secret.Rotation; r != nil && r.Interval != nil && r.Interval.Duration <= most.most {
		return nil
	}
	return m.notAllowed(oauthv1alpha1.ReasonRotationRequired,
		fmt.Sprintf("a client secret without spec.secret.rotation.interval of at most %s", most.most), most.by)
}

// roomInNamespace lets the oldest clients of a namespace in.
func roomInNamespace(m *matter) *Refusal {
	most := m.limits.clients
	if most.by == "" || m.world.Crowd.Older(m.Client, m.server, DefaultServer(m.world.Servers)) < int(most.most) {
		return nil
	}
	return m.notAllowed(oauthv1alpha1.ReasonTooManyClients,
		fmt.Sprintf("more than %d clients in namespace %q, and as many are older", most.most, m.Client.Namespace), most.by)
}
