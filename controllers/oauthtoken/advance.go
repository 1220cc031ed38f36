package oauthtoken

import (
	"context"
	"errors"

	"github.com/grantor-dev/grantor/controllers/oauthtoken/plan"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// advance takes the next step, and returns what comes after it.
func (r *Reconciler) advance(ctx context.Context, p *pass) (plan.Decision, error) {
	if p.problem != nil {
		return plan.Decision{Step: plan.Rest}, nil
	}
	handover, err := r.handover(ctx, p)
	if err != nil {
		return plan.Decision{}, err
	}
	p.memory.Watch(p.state.Attempt, r.Steady())
	d := plan.Decide(r.facts(p, handover))
	switch d.Step {
	case plan.Rest, plan.Authorize:
		return d, nil
	case plan.Ask:
		err = r.ask(ctx, p)
	case plan.Abandon:
		err = r.abandon(ctx, p, handover, errors.New("an answer was lost"))
	case plan.Refresh, plan.Redeem:
		err = r.spend(ctx, p, handover, d.Step)
	}
	if code := reconcile.Refused(err); code != 0 {
		p.problem = problem.SecretRefused(p.StateSecretName(), code)
		return plan.Decision{Step: plan.Rest}, nil
	}
	if err != nil {
		return d, err
	}
	p.now = r.Now()
	p.memory.Watch(p.state.Attempt, r.Steady())
	if d = plan.Decide(r.facts(p, r.left(p, handover))); d.Step != plan.Rest && d.Step != plan.Authorize {
		return plan.Again(p.now), nil
	}
	return d, nil
}

func (r *Reconciler) facts(p *pass, handover *Handover) plan.Facts {
	m := p.memory
	f := plan.Facts{
		Now: p.now, Grant: p.Spec.Grant, State: p.state, Fingerprint: p.source.Fingerprint, UID: string(p.UID), Holder: r.Holder,
		Unspent: m.Unspent(p.state.Attempt), Sent: m.Sent, NotBefore: m.NotBefore,
		// Only how long ago it was counts: the clock may have been corrected since.
		Seen: p.now.Add(-r.Steady().Sub(m.Since)),
	}
	if handover != nil {
		f.Handover = handover.ID
	}
	return f
}
