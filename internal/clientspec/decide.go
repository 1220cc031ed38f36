package clientspec

import (
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
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

// World is everything beside a client that decides about it.
type World struct {
	// Servers are all OAuthServers.
	Servers []*oauthv1alpha1.OAuthServer
	// Policies are the OAuthClientPolicies, at least those beside the server.
	Policies []*oauthv1alpha1.OAuthClientPolicy
	// Claimants are all clients that claim the same client ID, with or without the
	// client itself.
	Claimants []Candidate
	// Crowd knows the clients of all namespaces; it counts where a policy bounds them.
	Crowd *Crowd
}

// Decision is what a server makes of a client.
type Decision struct {
	// Server is the server that the client belongs to; nil if there is none.
	Server *oauthv1alpha1.OAuthServer
	// Refusal is why the server refuses the client; nil if it accepts it.
	Refusal *Refusal
	// Client is what the client may do; it counts only without a Refusal.
	Client Client
	// Policies are the names of the policies that match the client, in the namespace of
	// its server.
	Policies []string
	// Redirects are those of the candidate that count, Unwanted why others do not; nil
	// if all do.
	Redirects Redirects
	Unwanted  *Refusal
}

// Refusal names the rule that a client breaks.
type Refusal struct {
	// Reason is a reason of the condition Accepted.
	Reason string
	// Message is a sentence for the people who own the client.
	Message string
	// Policies are the names of the policies whose rule it is; none where the rule holds
	// without a policy.
	Policies []string
}

// matter is a client before its server.
type matter struct {
	Candidate
	server *oauthv1alpha1.OAuthServer
	limits limits
	world  World
}

// Decide returns what becomes of a client in its world.
func Decide(c Candidate, w World) Decision {
	m, policies, refusal := accept(c, w)
	decision := Decision{Server: m.server, Refusal: refusal, Policies: policies}
	if m.server != nil {
		decision.Redirects, decision.Unwanted = m.redirects()
	}
	if refusal != nil {
		return decision
	}
	if decision.Refusal = conflict(c, m.server, w); decision.Refusal != nil {
		return decision
	}
	if c.Client.Spec.Suspend {
		decision.Refusal = refuse(oauthv1alpha1.ReasonSuspended,
			"The client is suspended. Set spec.suspend to false to let it in again.")
		return decision
	}
	decision.Client = effective(c.Client, m.server, m.limits)
	decision.Client.People.add(decision.Redirects)
	return decision
}

// accept applies all rules but those between claimants of one ID, and returns the
// names of the policies that match.
func accept(c Candidate, w World) (*matter, []string, *Refusal) {
	m := &matter{Candidate: c, world: w}
	var refusal *Refusal
	if m.server, refusal = bind(c.Client, w.Servers); refusal != nil {
		return m, nil, refusal
	}
	var policies []string
	m.limits, policies = govern(c, m.server, w.Policies)
	for _, rule := range rules {
		if refusal := rule(m); refusal != nil {
			return m, policies, refusal
		}
	}
	return m, policies, nil
}

func refuse(reason, message string) *Refusal {
	return &Refusal{Reason: reason, Message: message}
}
