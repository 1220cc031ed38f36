package clientspec

import (
	"fmt"
	"slices"
	"strings"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// limits are what all policies that match a client say together.
type limits struct {
	redirectHosts, clientIDs, scopes, grantTypes, methods, audiences, consent allowList
	access, refresh, id                                                       ceiling[time.Duration]
	rotation                                                                  ceiling[time.Duration]
	clients                                                                   ceiling[int32]
	pkce                                                                      []string
	exactMethod                                                               bool
}

// allowList is everything that policies allow together. It counts only if one of them
// says something, and then in place of what holds without a policy.
type allowList struct {
	allowed []string
	// by are the names of the policies that say something.
	by []string
}

// ceiling is the smallest of the maxima of policies.
type ceiling[T int32 | time.Duration] struct {
	most T
	// by is the name of its policy; "" if there is none.
	by string
}

// govern returns what the policies say that match a client of a server, and the names
// of those policies.
func govern(c Candidate, server *oauthv1alpha1.OAuthServer, policies []*oauthv1alpha1.OAuthClientPolicy) (limits, []string) {
	var matching []*oauthv1alpha1.OAuthClientPolicy
	for _, policy := range policies {
		if Concerns(policy, server) && selects(&policy.Spec.NamespaceSelector, c.NamespaceLabels) {
			matching = append(matching, policy)
		}
	}
	// The order is part of messages, which must not differ from one time to the next.
	slices.SortFunc(matching, func(a, b *oauthv1alpha1.OAuthClientPolicy) int { return strings.Compare(a.Name, b.Name) })
	l, names := limits{}, make([]string, 0, len(matching))
	for _, policy := range matching {
		l.add(policy.Name, &policy.Spec)
		names = append(names, policy.Name)
	}
	return l, names
}

// Concerns reports whether a policy is about the clients of a server.
func Concerns(policy *oauthv1alpha1.OAuthClientPolicy, server *oauthv1alpha1.OAuthServer) bool {
	return policy.Namespace == server.Namespace && (policy.Spec.ServerName == "" || policy.Spec.ServerName == server.Name)
}

func (l *limits) add(name string, spec *oauthv1alpha1.OAuthClientPolicySpec) {
	extend(&l.redirectHosts, name, spec.RedirectHosts)
	extend(&l.clientIDs, name, spec.ClientIDs)
	extend(&l.scopes, name, spec.Scopes)
	extend(&l.grantTypes, name, spec.GrantTypes)
	extend(&l.methods, name, spec.AuthenticationMethods)
	extend(&l.audiences, name, spec.Audiences)
	extend(&l.consent, name, spec.Consent)
	if most := spec.Maximum.AccessTokenLifetime; most != nil {
		l.access.lower(name, most.Duration)
	}
	if most := spec.Maximum.RefreshTokenLifetime; most != nil {
		l.refresh.lower(name, most.Duration)
	}
	if most := spec.Maximum.IDTokenLifetime; most != nil {
		l.id.lower(name, most.Duration)
	}
	if most := spec.Maximum.ClientsPerNamespace; most != nil {
		l.clients.lower(name, *most)
	}
	if longest := spec.Require.RotationInterval; longest != nil {
		l.rotation.lower(name, longest.Duration)
	}
	l.exactMethod = l.exactMethod || spec.Require.ExactMethod
	if spec.Require.PKCE {
		l.pkce = append(l.pkce, name)
	}
}

func extend[T ~string](l *allowList, by string, values []T) {
	if len(values) == 0 {
		return
	}
	l.by = append(l.by, by)
	for _, value := range values {
		l.allowed = append(l.allowed, string(value))
	}
}

// set reports whether the list counts.
func (l allowList) set() bool { return len(l.by) > 0 }

// has reports whether the list has a value, byte for byte.
func (l allowList) has(value string) bool { return slices.Contains(l.allowed, value) }

// matches reports whether a pattern of the list matches a value.
func (l allowList) matches(value, namespace string) bool {
	return slices.ContainsFunc(l.allowed, func(pattern string) bool { return matches(pattern, value, namespace) })
}

func (c *ceiling[T]) lower(by string, most T) {
	if c.by == "" || most < c.most {
		c.most, c.by = most, by
	}
}

// under returns a value, or the ceiling where that is less.
func (c ceiling[T]) under(value T) T {
	if c.by != "" && c.most < value {
		return c.most
	}
	return value
}

// notAllowed refuses what policies do not allow. Of them it tells their names alone.
func (m *matter) notAllowed(reason, what string, by ...string) *Refusal {
	quoted := make([]string, len(by))
	for i, name := range by {
		quoted[i] = fmt.Sprintf("%q", name)
	}
	noun, verb := "Policy", "does"
	if len(by) > 1 {
		noun, verb = "Policies", "do"
	}
	refusal := refuse(reason, fmt.Sprintf("%s %s of OAuthServer %s/%s %s not allow %s. Change it, or ask the server's administrator.",
		noun, strings.Join(quoted, ", "), m.server.Namespace, m.server.Name, verb, what))
	refusal.Policies = by
	return refusal
}
