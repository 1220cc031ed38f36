package oauthclientpolicy

import "github.com/grantor-dev/grantor/internal/clientspec"

// counts are what the policies of a namespace do.
type counts struct {
	// policies are the numbers of each policy, by its name.
	policies map[string]tally
	// reasons are how many clients policies refuse, by the reason.
	reasons map[string]int
}

// tally is how many clients a policy matches and refuses.
type tally struct{ clients, refused int64 }

// count asks about each client what the server would answer. Who claims which ID is
// none of the policies' business.
func count(p *pass) counts {
	c := counts{policies: map[string]tally{}, reasons: map[string]int{}}
	for _, candidate := range p.clients {
		if candidate.Client.DeletionTimestamp != nil {
			continue
		}
		decision := clientspec.Decide(candidate, p.inputs)
		if decision.Server == nil || decision.Server.Namespace != p.namespace {
			continue
		}
		for _, name := range decision.Policies {
			t := c.policies[name]
			t.clients++
			c.policies[name] = t
		}
		if decision.Refusal == nil || len(decision.Refusal.Policies) == 0 {
			continue
		}
		c.reasons[decision.Refusal.Reason]++
		for _, name := range decision.Refusal.Policies {
			t := c.policies[name]
			t.refused++
			c.policies[name] = t
		}
	}
	return c
}
