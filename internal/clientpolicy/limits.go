package clientpolicy

import (
	"slices"
	"strings"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
)

// Limits are what all policies that select a client say together.
type Limits struct {
	RedirectHosts, ClientIDs, Scopes, GrantTypes, Methods, Audiences, Consent AllowList
	// RedirectSchemes are private schemes without a dot.
	RedirectSchemes AllowList
	// ResourceHosts are patterns of hosts of OAuthResources.
	ResourceHosts AllowList
	// StartPageHosts are patterns of hosts to which the start page may link.
	StartPageHosts AllowList
	// FederatedIssuers are patterns of names of trusted issuers.
	FederatedIssuers AllowList
	// ExchangeActors are the values of tokenExchange.actor.
	ExchangeActors AllowList
	// Exchange is what clients may get by exchanging tokens of users.
	Exchange                                                      AllowList
	AccessLifetime, RefreshLifetime, IDLifetime, RotationInterval Ceiling[time.Duration]
	ClientsPerNamespace                                           Ceiling[int32]
	// PKCE are the names of the policies that require PKCE.
	PKCE        []string
	ExactMethod bool
	// TypedUserCode says that users must type the codes of devices.
	TypedUserCode bool
	// Binding is what access tokens must be bound to.
	Binding Binding
	// PushedAuthorization says that authorization requests must be pushed.
	PushedAuthorization bool
	// FAPI2 are the names of the policies that require that profile.
	FAPI2 []string
	// SignedRequests are the names of the policies that require signed requests.
	SignedRequests []string
	// SecondFactor are the names of the policies that require a second factor.
	SecondFactor []string
	// Policies are the names of the policies.
	Policies []string
}

// AllowList is everything that policies allow together. It applies only if one of them
// says something, and then in place of what holds without a policy.
type AllowList struct {
	allowed []string
	// By are the names of the policies that say something.
	By []string
}

// Ceiling is the smallest of the maxima of policies.
type Ceiling[T int32 | time.Duration] struct {
	Most T
	// By is the name of its policy; "" if there is none.
	By string
}

// For returns the limits of a client of a server, whose namespace has labels.
func For(server *oauthv1alpha1.OAuthServer, labels map[string]string, policies []*oauthv1alpha1.OAuthClientPolicy) Limits {
	var matching []*oauthv1alpha1.OAuthClientPolicy
	for _, policy := range policies {
		if Concerns(policy, server) && selects(&policy.Spec.NamespaceSelector, labels) {
			matching = append(matching, policy)
		}
	}
	// The order is part of messages, which must not differ from one time to the next.
	slices.SortFunc(matching, func(a, b *oauthv1alpha1.OAuthClientPolicy) int { return strings.Compare(a.Name, b.Name) })
	l := Limits{Policies: make([]string, 0, len(matching))}
	for _, policy := range matching {
		l.add(policy.Name, &policy.Spec)
	}
	return l
}

// Concerns reports whether a policy is about the clients of a server.
func Concerns(policy *oauthv1alpha1.OAuthClientPolicy, server *oauthv1alpha1.OAuthServer) bool {
	return policy.Namespace == server.Namespace && (policy.Spec.ServerName == "" || policy.Spec.ServerName == server.Name)
}

func (l *Limits) add(name string, spec *oauthv1alpha1.OAuthClientPolicySpec) {
	l.Policies = append(l.Policies, name)
	extend(&l.RedirectHosts, name, spec.RedirectHosts)
	extend(&l.RedirectSchemes, name, spec.RedirectSchemes)
	extend(&l.ClientIDs, name, spec.ClientIDs)
	extend(&l.Scopes, name, spec.Scopes)
	extend(&l.GrantTypes, name, spec.GrantTypes)
	extend(&l.Methods, name, spec.AuthenticationMethods)
	extend(&l.FederatedIssuers, name, spec.FederatedIssuers)
	extend(&l.Audiences, name, spec.Audiences)
	extend(&l.ResourceHosts, name, spec.ResourceHosts)
	extend(&l.StartPageHosts, name, spec.StartPageHosts)
	extend(&l.Consent, name, spec.Consent)
	extend(&l.ExchangeActors, name, spec.TokenExchangeActors)
	extend(&l.Exchange, name, spec.TokenExchange)
	if most := spec.Maximum.AccessTokenLifetime; most != nil {
		l.AccessLifetime.lower(name, most.Duration)
	}
	if most := spec.Maximum.RefreshTokenLifetime; most != nil {
		l.RefreshLifetime.lower(name, most.Duration)
	}
	if most := spec.Maximum.IDTokenLifetime; most != nil {
		l.IDLifetime.lower(name, most.Duration)
	}
	if most := spec.Maximum.ClientsPerNamespace; most != nil {
		l.ClientsPerNamespace.lower(name, *most)
	}
	if longest := spec.Require.RotationInterval; longest != nil {
		l.RotationInterval.lower(name, longest.Duration)
	}
	l.ExactMethod = l.ExactMethod || spec.Require.ExactMethod
	l.TypedUserCode = l.TypedUserCode || spec.Require.TypedUserCode
	l.PushedAuthorization = l.PushedAuthorization || spec.Require.PushedAuthorization
	if spec.Require.Profile == oauthv1alpha1.SecurityProfileFAPI2 {
		l.FAPI2 = append(l.FAPI2, name)
	}
	if spec.Require.SignedRequests {
		l.SignedRequests = append(l.SignedRequests, name)
	}
	if spec.Require.PKCE {
		l.PKCE = append(l.PKCE, name)
	}
	if spec.Require.MinimumAssurance == oauthv1alpha1.RequiredSecondFactor {
		l.SecondFactor = append(l.SecondFactor, name)
	}
	l.Binding.add(name, oauthv1alpha1.AccessTokenBinding(spec.Require.Binding))
}

func extend[T ~string](l *AllowList, by string, values []T) {
	if len(values) == 0 {
		return
	}
	l.By = append(l.By, by)
	for _, value := range values {
		l.allowed = append(l.allowed, string(value))
	}
}

// Set reports whether a policy says something.
func (l AllowList) Set() bool { return len(l.By) > 0 }

// Has reports whether the list has a value, byte for byte.
func (l AllowList) Has(value string) bool { return slices.Contains(l.allowed, value) }

// Matches reports whether a pattern of the list matches a value.
func (l AllowList) Matches(value, namespace string) bool {
	return slices.ContainsFunc(l.allowed, func(pattern string) bool { return matches(pattern, value, namespace) })
}

// MatchesID reports whether a pattern of the list matches a client ID. A URL is
// only matched by a pattern that is a URL: it belongs to the owner of its host, whatever the
// namespace is called.
func (l AllowList) MatchesID(id, namespace string) bool {
	return slices.ContainsFunc(l.allowed, func(pattern string) bool {
		return clientid.IsURL(id) == clientid.IsURL(pattern) && matches(pattern, id, namespace)
	})
}

func (c *Ceiling[T]) lower(by string, most T) {
	if c.By == "" || most < c.Most {
		c.Most, c.By = most, by
	}
}

// Under returns a value, or the ceiling where that is less.
func (c Ceiling[T]) Under(value T) T {
	if c.By != "" && c.Most < value {
		return c.Most
	}
	return value
}

// MatchesHost reports whether a pattern of the list matches the host of a URI.
func (l AllowList) MatchesHost(uri, namespace string) bool {
	host := HostOf(uri)
	return slices.ContainsFunc(l.allowed, func(pattern string) bool { return matchesHost(pattern, host, namespace) })
}

// OneMethod reports whether the policies allow a client secret to be sent in one way only.
func (l Limits) OneMethod() bool {
	basic, post := string(oauthv1alpha1.AuthenticationBasic), string(oauthv1alpha1.AuthenticationPost)
	return l.ExactMethod || l.Methods.Set() && (!l.Methods.Has(basic) || !l.Methods.Has(post))
}
