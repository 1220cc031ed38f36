package oauthtoken

import (
	"context"
	"errors"
	"fmt"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/plan"
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
	r.watch(p)
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
		p.problem = secretRefused(p.StateSecretName(), code)
		return plan.Decision{Step: plan.Rest}, nil
	}
	if err != nil {
		return d, err
	}
	p.now = r.Now()
	r.watch(p)
	if d = plan.Decide(r.facts(p, r.left(p, handover))); d.Step != plan.Rest && d.Step != plan.Authorize {
		return plan.Again(p.now), nil
	}
	return d, nil
}

func (r *Reconciler) handover(ctx context.Context, p *pass) (*Handover, error) {
	if r.Handovers == nil || p.Spec.Grant != oauthv1alpha1.TokenGrantAuthorizationCode {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	// A code is for the provider that the person saw, which may not be the present one.
	p.Status.Provider = providerStatus(p)
	found, err := r.Handovers.Next(ctx, p.OAuthToken)
	if err != nil {
		return nil, fmt.Errorf("find a code: %w", err)
	}
	if found != nil && found.ID == p.state.Handover {
		// A crash came between the two writes.
		return nil, r.Handovers.Taken(ctx, p.OAuthToken, found.ID)
	}
	return found, nil
}

// left returns the handover if it was not spent.
func (r *Reconciler) left(p *pass, handover *Handover) *Handover {
	if handover == nil || handover.ID == p.state.Handover {
		return nil
	}
	return handover
}

// watch notes when the attempt in the state was seen first.
func (r *Reconciler) watch(p *pass) {
	if attempt := p.state.Attempt; attempt != nil && attempt.ID != p.memory.seen {
		p.memory.seen, p.memory.since = attempt.ID, r.Steady()
	}
}

func (r *Reconciler) facts(p *pass, handover *Handover) plan.Facts {
	m, attempt := p.memory, p.state.Attempt
	f := plan.Facts{
		Now: p.now, Grant: p.Spec.Grant, State: p.state, Fingerprint: p.source.fingerprint, UID: string(p.UID), Holder: r.Holder,
		Unspent: attempt != nil && slices.Contains(m.unspent, attempt.ID), Sent: m.sent, NotBefore: m.notBefore,
		// Only how long ago it was counts: the clock may have been corrected since.
		Seen: p.now.Add(-r.Steady().Sub(m.since)),
	}
	if handover != nil {
		f.Handover = handover.ID
	}
	return f
}
