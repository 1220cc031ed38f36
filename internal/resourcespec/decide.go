package resourcespec

import (
	"slices"

	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/age"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
)

// Candidate is an OAuthResource with what is known of the namespace it lives in.
type Candidate struct {
	Resource        *oauthv1alpha1.OAuthResource
	NamespaceLabels map[string]string
	// NamespaceUnknown says that the labels are not known yet: a selector, which may
	// ask for the absence of one, then matches nothing.
	NamespaceUnknown bool
	// Older is how many older resources its namespace has.
	Older int
}

// Inputs is everything apart from a resource that decides about it.
type Inputs struct {
	// Servers are all OAuthServers.
	Servers []*oauthv1alpha1.OAuthServer
	// Policies are the OAuthClientPolicies, at least those of the server's namespace.
	Policies []*oauthv1alpha1.OAuthClientPolicy
	// Claimants are all resources with the same identifier, with or without the
	// resource itself.
	Claimants []Candidate
}

// Decision is what a server makes of a resource.
type Decision struct {
	// Server is the server that the resource belongs to; nil if there is none.
	Server *oauthv1alpha1.OAuthServer
	// Refusal is why the server refuses the resource; nil if it accepts it.
	Refusal *Refusal
	// Resource is what the resource is; it is set only without a Refusal.
	Resource *Resource
}

// Refusal names the rule that a resource breaks.
type Refusal struct {
	// Reason is a reason of the condition Accepted, Message a sentence for the owner.
	Reason, Message string
}

// evaluation is a resource while the rules of its server are applied.
type evaluation struct {
	Candidate
	server *oauthv1alpha1.OAuthServer
	limits clientpolicy.Limits
}

// ServerOf returns the server that a resource belongs to, nil if there is none.
func ServerOf(r *oauthv1alpha1.OAuthResource, servers []*oauthv1alpha1.OAuthServer) *oauthv1alpha1.OAuthServer {
	server, _ := bind(r, servers)
	return server
}

// Decide returns what its server makes of a resource.
func Decide(c Candidate, inputs Inputs) Decision {
	e, refusal := accept(c, inputs)
	d := Decision{Server: e.server, Refusal: refusal}
	if refusal == nil {
		d.Refusal = conflict(c, e.server, inputs)
	}
	if d.Refusal == nil {
		d.Resource = effective(c.Resource)
	}
	return d
}

// All returns the resources of a server by their identifiers: those that it accepts, and of
// identifiers that only refused ones claim, a resource that is Refused. All are claimants of
// any identifiers; each is looked at once, whatever their number. Older of them is not read.
func All(all []Candidate, server *oauthv1alpha1.OAuthServer, inputs Inputs) map[string]*Resource {
	out, inNamespace := map[string]*Resource{}, map[string]int{}
	for _, c := range byAge(all) {
		identifier := string(c.Resource.Spec.Identifier)
		c.Older = inNamespace[c.Resource.Namespace]
		inNamespace[c.Resource.Namespace]++
		if known := out[identifier]; known != nil && !known.Refused {
			continue
		}
		e, refusal := accept(c, inputs)
		switch {
		case e.server == nil || e.server.UID != server.UID:
		case refusal == nil && c.Resource.DeletionTimestamp == nil:
			out[identifier] = effective(c.Resource)
		case refusal == nil || !notOwned(refusal):
			// Nothing else decides about the identifier while the resource exists. One that
			// is not its namespace's decides nothing, or any tenant could block an audience.
			out[identifier] = &Resource{Identifier: identifier, Refused: true}
		}
	}
	return out
}

// notOwned reports whether the identifier is not the namespace's.
func notOwned(r *Refusal) bool {
	return r.Reason == oauthv1alpha1.ReasonIdentifierNotAllowed || r.Reason == oauthv1alpha1.ReasonHostNotOwned
}

// accept applies all rules but those between claimants of one identifier.
func accept(c Candidate, inputs Inputs) (*evaluation, *Refusal) {
	e := &evaluation{Candidate: c}
	var refusal *Refusal
	if e.server, refusal = bind(c.Resource, inputs.Servers); refusal != nil {
		return e, refusal
	}
	e.limits = clientpolicy.For(e.server, c.NamespaceLabels, inputs.Policies)
	// Whether the identifier is the namespace's comes first: see All.
	for _, rule := range []func(*evaluation, Inputs) *Refusal{
		identifierFree, nameOwned, namespaceKnown, hostAllowed, namespaceAllowed, fewEnough, scopesAllowed,
	} {
		if refusal := rule(e, inputs); refusal != nil {
			return e, refusal
		}
	}
	return e, nil
}

func byAge(all []Candidate) []Candidate {
	return slices.SortedFunc(slices.Values(all), func(a, b Candidate) int {
		return age.Compare(a.Resource, b.Resource)
	})
}

// Older returns how many of the resources of a namespace are older than each of them.
func Older(all []*oauthv1alpha1.OAuthResource) map[types.UID]int {
	SortByAge(all)
	out := make(map[types.UID]int, len(all))
	for i, one := range all {
		out[one.UID] = i
	}
	return out
}

// SortByAge puts the oldest resource first.
func SortByAge(all []*oauthv1alpha1.OAuthResource) {
	slices.SortFunc(all, func(a, b *oauthv1alpha1.OAuthResource) int { return age.Compare(a, b) })
}
