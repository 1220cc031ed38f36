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
}

// Decision is what a server makes of a client.
type Decision struct {
	// Server is the server that the client belongs to; nil if there is none.
	Server *oauthv1alpha1.OAuthServer
	// Refusal is why the server refuses the client; nil if it accepts it.
	Refusal *Refusal
	// Client is what the client may do; it counts only without a Refusal.
	Client Client
}

// Refusal names the rule that a client breaks.
type Refusal struct {
	// Reason is a reason of the condition Accepted.
	Reason string
	// Message is a sentence for the people who own the client.
	Message string
}

// Decide returns what becomes of a client, given all servers and all clients
// that claim the same client ID (with or without the client itself).
func Decide(c Candidate, servers []*oauthv1alpha1.OAuthServer, claimants []Candidate) Decision {
	server, refusal := accept(c, servers)
	decision := Decision{Server: server, Refusal: refusal}
	if refusal != nil {
		return decision
	}
	if decision.Refusal = conflict(c, server, servers, claimants); decision.Refusal != nil {
		return decision
	}
	if c.Client.Spec.Suspend {
		decision.Refusal = refuse(oauthv1alpha1.ReasonSuspended,
			"The client is suspended. Set spec.suspend to false to let it in again.")
		return decision
	}
	decision.Client = effective(c.Client, server)
	return decision
}

// accept applies all rules that concern the client alone.
func accept(c Candidate, servers []*oauthv1alpha1.OAuthServer) (*oauthv1alpha1.OAuthServer, *Refusal) {
	server, refusal := bind(c.Client, servers)
	if refusal != nil {
		return server, refusal
	}
	for _, rule := range rules {
		if refusal := rule(c, server); refusal != nil {
			return server, refusal
		}
	}
	return server, nil
}

func refuse(reason, message string) *Refusal {
	return &Refusal{Reason: reason, Message: message}
}
