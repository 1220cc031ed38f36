package oauthtoken

import (
	"context"
	"errors"
	"fmt"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// advance takes the next step, and returns what comes after it.
func (r *Reconciler) advance(ctx context.Context, p *pass) (decision, error) {
	if p.problem != nil {
		return decision{step: rest}, nil
	}
	handover, err := r.handover(ctx, p)
	if err != nil {
		return decision{}, err
	}
	d := decide(r.facts(p, handover))
	switch d.step {
	case rest, authorize:
		return d, nil
	case ask:
		err = r.ask(ctx, p)
	case abandon:
		err = r.abandon(ctx, p, handover, errors.New("an answer was lost"))
	case refresh, redeem:
		err = r.spend(ctx, p, handover, d.step)
	}
	if code := reconcile.Refused(err); code != 0 {
		p.problem = secretRefused(p.StateSecretName(), code)
		return decision{step: rest}, nil
	}
	if err != nil {
		return d, err
	}
	p.now = r.Now()
	d = decide(r.facts(p, r.left(p, handover)))
	if d.step != rest && d.step != authorize {
		d = decision{until: p.now}
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

func (r *Reconciler) facts(p *pass, handover *Handover) facts {
	m := p.memory
	if attempt := p.state.Attempt; attempt != nil && attempt.ID != m.seen {
		m.seen, m.since = attempt.ID, p.now
	}
	f := facts{
		now: p.now, grant: p.Spec.Grant, state: p.state, fingerprint: p.source.fingerprint, uid: string(p.UID),
		holder: r.Holder, unspent: m.unspent, seen: m.since, notBefore: m.notBefore,
	}
	if handover != nil {
		f.handover = handover.ID
	}
	return f
}
