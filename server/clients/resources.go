package clients

import (
	"cmp"
	"slices"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/resourcespec"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// audience returns the audience that a client asks for by name, as it is spelled in tokens,
// and whether it may. An OAuthResource decides alone about its identifier, however a client
// spells that.
func (c *Client) audience(asked string) (_ string, ok bool) {
	if resource := c.resources.Find(asked); resource != nil {
		return resource.Identifier, c.uses(resource)
	}
	n := slices.Index(c.spec.Audiences, asked)
	if n < 0 || c.resources.Find(c.loosely[n]) != nil {
		return "", false
	}
	return asked, true
}

// uses reports whether the client may ask for a resource: its owner and the policies say so.
func (c *Client) uses(r *resourcespec.Resource) bool {
	if r.Refused {
		return false
	}
	switch {
	case c.Registered():
		return r.Registered
	case c.Virtual():
		return r.MetadataDocuments
	}
	t := &c.spec.Targets
	return r.ServesNamespace(c.spec.Namespace, t.NamespaceLabels, t.NamespaceUnknown) &&
		(!t.Audiences.Set() || t.Audiences.Matches(r.Identifier, c.spec.Namespace))
}

// Targets reports whether the client may ask for an audience, as it is spelled in tokens.
func (c *Client) Targets(audience string) bool {
	spelled, ok := c.audience(audience)
	return ok && spelled == audience
}

// Granted returns what the digests of a code stand for, as far as the client may still have
// it, and whether that is all.
func (c *Client) Granted(scopes, audiences []grants.Digest) (_ consents.Access, all bool) {
	var candidates []string
	for _, audience := range c.spec.Audiences {
		if len(audiences) > 0 && c.Targets(audience) {
			candidates = append(candidates, audience)
		}
	}
	for _, digest := range audiences {
		resource := c.resources.Digested(digest)
		if resource == nil || !c.uses(resource) {
			continue
		}
		candidates = append(candidates, consents.At(resource.Identifier, ""))
		for _, scope := range resource.Scopes {
			if c.hasAt(scope.Name, resource.Identifier) {
				candidates = append(candidates, consents.At(resource.Identifier, scope.Name))
			}
		}
	}
	foundAudiences, allAudiences := grants.Find(audiences, candidates)
	foundScopes, allScopes := grants.Find(scopes, c.spec.Scopes)
	return consents.Access{Scopes: foundScopes, Audiences: foundAudiences}, allAudiences && allScopes
}

// Holds reports whether the client, and a user, may still have an audience that was granted,
// as Access wrote it.
func (c *Client) Holds(granted, username string, groups []string) bool {
	name, _, ofResource := consents.CutAt(granted)
	return c.Targets(name) && c.Admitted([]string{name}, username, groups) && (!ofResource || c.resources.Find(name) != nil)
}

// ScopesAt returns those of granted scopes that a token for audiences has: those of the
// catalogue, and those that were granted at one of the audiences.
func (c *Client) ScopesAt(granted consents.Access, audiences []string) []string {
	var out []string
	for _, scope := range granted.Scopes {
		if slices.Contains(c.spec.Scopes, scope) {
			out = append(out, scope)
		}
	}
	for _, entry := range granted.Audiences {
		name, scope, _ := consents.CutAt(entry)
		if scope != "" && slices.Contains(audiences, name) && c.hasAt(scope, name) && !slices.Contains(out, scope) {
			out = append(out, scope)
		}
	}
	return out
}

// OfResource reports whether one of some audiences is an OAuthResource.
func (c *Client) OfResource(audiences []string) bool {
	return slices.ContainsFunc(audiences, func(audience string) bool { return c.resources.Find(audience) != nil })
}

// MayAsk reports whether the client may ask for a scope together with audiences.
func (c *Client) MayAsk(scope string, audiences []string) bool {
	return slices.Contains(c.spec.Scopes, scope) || slices.ContainsFunc(audiences, func(audience string) bool { return c.hasAt(scope, audience) })
}

// hasAt reports whether the client may ask for a scope of a resource.
func (c *Client) hasAt(scope, audience string) bool {
	resource := c.resources.Find(audience)
	if resource == nil || !c.uses(resource) {
		return false
	}
	_, ok := resource.Scope(scope)
	return ok && (!c.spec.Targets.Scopes.Set() || c.spec.Targets.Scopes.Has(scope))
}

// Access returns what a client has that has scopes together with audiences. Of a resource it
// names each scope as well as the resource itself in the way of consents.At.
func (c *Client) Access(scopes, audiences []string, offline bool) consents.Access {
	access := consents.Access{Scopes: scopes, Audiences: audiences, Offline: offline}
	if !c.OfResource(audiences) {
		return access
	}
	access.Scopes, access.Audiences = nil, nil
	for _, audience := range audiences {
		if c.resources.Find(audience) != nil {
			audience = consents.At(audience, "")
		}
		access.Audiences = append(access.Audiences, audience)
	}
	for _, scope := range scopes {
		found := false
		for _, audience := range audiences {
			if !slices.Contains(c.spec.Scopes, scope) && c.hasAt(scope, audience) {
				found, access.Audiences = true, append(access.Audiences, consents.At(audience, scope))
			}
		}
		if !found {
			access.Scopes = append(access.Scopes, scope)
		}
	}
	return access
}

// Admitted reports whether a user may use all of some audiences.
func (c *Client) Admitted(audiences []string, username string, groups []string) bool {
	return !slices.ContainsFunc(audiences, func(audience string) bool {
		resource := c.resources.Find(audience)
		return resource != nil && (!c.uses(resource) || !resource.Admits(username, groups))
	})
}

// Alone reports whether the client may use all of some audiences without a user.
func (c *Client) Alone(audiences []string) bool {
	return !slices.ContainsFunc(audiences, func(audience string) bool {
		resource := c.resources.Find(audience)
		return resource != nil && (!c.uses(resource) || !resource.Workloads)
	})
}

// Introspects reports whether the client may introspect tokens for one of some audiences
// that are not its own.
func (c *Client) Introspects(audiences []string) bool {
	return slices.ContainsFunc(audiences, func(audience string) bool {
		resource := c.resources.Find(audience)
		return resource != nil && slices.Contains(resource.Introspectors, c.spec.ID)
	})
}

// AccessLifetime returns how long an access token for audiences lives.
func (c *Client) AccessLifetime(audiences []string) time.Duration {
	lifetime := c.spec.Tokens.AccessLifetime
	for _, audience := range audiences {
		if resource := c.resources.Find(audience); resource != nil && resource.Lifetime > 0 {
			lifetime = min(lifetime, resource.Lifetime)
		}
	}
	return lifetime
}

// AccessBinding returns what an access token for audiences must be bound to, and whether
// they agree.
func (c *Client) AccessBinding(audiences []string) (_ oauthv1alpha1.AccessTokenBinding, ok bool) {
	binding := c.spec.Tokens.AccessBinding
	for _, audience := range audiences {
		resource := c.resources.Find(audience)
		if resource == nil {
			continue
		}
		if binding, ok = stricter(binding, resource.Binding); !ok {
			return binding, false
		}
	}
	return binding, true
}

// stricter returns a binding that meets two others, and whether there is one.
func stricter(a, b oauthv1alpha1.AccessTokenBinding) (oauthv1alpha1.AccessTokenBinding, bool) {
	a, b = cmp.Or(a, oauthv1alpha1.AccessTokenBindingIfProved), cmp.Or(b, oauthv1alpha1.AccessTokenBindingIfProved)
	rank := func(binding oauthv1alpha1.AccessTokenBinding) int {
		return slices.Index([]oauthv1alpha1.AccessTokenBinding{
			oauthv1alpha1.AccessTokenBindingIfProved, oauthv1alpha1.AccessTokenBindingRequired,
		}, binding)
	}
	switch {
	case a == b, rank(b) == 0, rank(b) == 1 && rank(a) < 0:
		return a, true
	case rank(a) >= 0:
		return b, true
	default:
		return a, false
	}
}
