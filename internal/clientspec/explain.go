package clientspec

import "github.com/grantor-dev/grantor/internal/clientpolicy"

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
