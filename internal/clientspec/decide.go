package clientspec

import (
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientindex"
	"github.com/grantor-dev/grantor/internal/clientpolicy"
)

// Candidate is an OAuthClient with the labels of the namespace it lives in.
type Candidate struct {
	Client          *oauthv1alpha1.OAuthClient
	NamespaceLabels map[string]string
	// NamespaceUnknown says that the labels are not known yet: a selector, which may
	// ask for the absence of one, then matches nothing.
	NamespaceUnknown bool
	// Redirects are what the operator made of spec.redirectURIsFrom, once the caller
	// knows that it did: made them itself, or verified their seal.
	Redirects Redirects
}

// Inputs is everything apart from a client that decides about it.
type Inputs struct {
	// Servers are all OAuthServers.
	Servers []*oauthv1alpha1.OAuthServer
	// Policies are the OAuthClientPolicies, at least those of the server's namespace.
	Policies []*oauthv1alpha1.OAuthClientPolicy
	// Claimants are all clients that claim the same client ID, with or without the
	// client itself.
	Claimants Claimants
	// Namespaces counts the clients of all namespaces, for policies that limit them.
	Namespaces *clientindex.NamespaceIndex
}

// Decision is what a server makes of a client.
type Decision struct {
	// Server is the server that the client belongs to; nil if there is none.
	Server *oauthv1alpha1.OAuthServer
	// Refusal is why the server refuses the client; nil if it accepts it.
	Refusal *Refusal
	// Client is what the client may do; it is set only without a Refusal.
	Client Client
	// Policies are the names of the policies that match the client, in the namespace of
	// its server.
	Policies []string
	// Redirects are those of the candidate that are allowed, Unwanted why others are not;
	// nil if all are.
	Redirects Redirects
	Unwanted  *Refusal
}

// Refusal names the rule that a client breaks.
type Refusal struct {
	// Reason is a reason of the condition Accepted.
	Reason string
	// Message is a sentence for the client's owner.
	Message string
	// Policies are the names of the policies whose rule it is; none where the rule holds
	// without a policy.
	Policies []string
}

// Explanation is everything that a server makes of a client. A Decision ends at the first
// rule that the client breaks.
type Explanation struct {
	Decision
	// Limits are what the policies say that match the client.
	Limits clientpolicy.Limits
	// Refusals are all rules that the client breaks, in their order. The first is the one
	// of the Decision.
	Refusals []*Refusal
	// Effective is what the client may do once it breaks no rule; it is set if there is a
	// Server.
	Effective Client
}

// evaluation is a client while the rules of its server are applied.
type evaluation struct {
	Candidate
	server *oauthv1alpha1.OAuthServer
	limits clientpolicy.Limits
	inputs Inputs
}

// Decide returns what its server makes of a client.
func Decide(c Candidate, inputs Inputs) Decision {
	e, refusal := accept(c, inputs)
	decision := Decision{Server: e.server, Refusal: refusal, Policies: e.limits.Policies}
	if e.server != nil {
		decision.Redirects, decision.Unwanted = e.redirects()
	}
	if refusal != nil {
		return decision
	}
	if decision.Refusal = conflict(c, e.server, inputs); decision.Refusal != nil {
		return decision
	}
	if decision.Refusal = notSuspended(c); decision.Refusal != nil {
		return decision
	}
	decision.Client = effective(c.Client, e.server, e.limits)
	decision.Client.Interactive.add(decision.Redirects)
	decision.Client.Targets = Targets{c.NamespaceLabels, c.NamespaceUnknown, e.limits.Audiences, e.limits.Scopes}
	return decision
}

// Explain returns what Decide returns, with the rules that it did not come to.
func Explain(c Candidate, inputs Inputs) Explanation {
	x := Explanation{Decision: Decide(c, inputs)}
	if x.Server == nil {
		x.Refusals = []*Refusal{x.Refusal}
		return x
	}
	x.Limits = clientpolicy.For(x.Server, c.NamespaceLabels, inputs.Policies)
	x.Effective = effective(c.Client, x.Server, x.Limits)
	x.Effective.Interactive.add(x.Redirects)
	e := &evaluation{Candidate: c, server: x.Server, limits: x.Limits, inputs: inputs}
	for _, rule := range rules {
		x.refuse(rule(e))
	}
	x.refuse(conflict(c, x.Server, inputs))
	x.refuse(notSuspended(c))
	return x
}

func (x *Explanation) refuse(refusal *Refusal) {
	if refusal != nil {
		x.Refusals = append(x.Refusals, refusal)
	}
}

// accept applies all rules but those between claimants of one ID.
func accept(c Candidate, inputs Inputs) (*evaluation, *Refusal) {
	e := &evaluation{Candidate: c, inputs: inputs}
	var refusal *Refusal
	if e.server, refusal = bind(c.Client, inputs.Servers); refusal != nil {
		return e, refusal
	}
	e.limits = clientpolicy.For(e.server, c.NamespaceLabels, inputs.Policies)
	for _, rule := range rules {
		if refusal := rule(e); refusal != nil {
			return e, refusal
		}
	}
	return e, nil
}

func notSuspended(c Candidate) *Refusal {
	if !c.Client.Spec.Suspend {
		return nil
	}
	return refuse(oauthv1alpha1.ReasonSuspended, "The client is suspended. Set spec.suspend to false to accept it again.")
}

func refuse(reason, message string) *Refusal {
	return &Refusal{Reason: reason, Message: message}
}
