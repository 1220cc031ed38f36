package oauthtoken

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/plan"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

const (
	// A write is repeated after firstRepeat, then after twice as long, up to lastRepeat.
	firstRepeat = 50 * time.Millisecond
	lastRepeat  = 2 * time.Second
)

// newAttempt returns the mark of a request. It says whether an answer may have been lost that
// a successor of the refresh token was in.
func (r *Reconciler) newAttempt(p *pass, handover *Handover, how plan.Step) *state.Attempt {
	attempt := &state.Attempt{Holder: r.Holder, ID: rand.Text()}
	if how == plan.Redeem {
		attempt.Handover = handover.ID
		return attempt
	}
	if last := p.state.Attempt; last != nil && last.Handover == "" {
		attempt.Unanswered = last.Unanswered || !slices.Contains(p.memory.unspent, last.ID)
	}
	return attempt
}

// mark stores the mark of a request. It fails if the state is not as it was read: another
// process is at it.
func (r *Reconciler) mark(ctx context.Context, p *pass, attempt *state.Attempt) error {
	p.state.Attempt = attempt
	err := r.write(ctx, p)
	switch {
	case err == nil:
		// What else is under way fails: the resource version is another one.
		p.memory.unspent = nil
	case !reconcile.LostRace(err) && reconcile.Refused(err) == 0:
		// It may be stored all the same, but nothing is sent.
		p.memory.unspent = append(p.memory.unspent, attempt.ID)
	}
	return err
}

// change changes a state.
type change func(*state.State) effect

// effect is what a change did.
type effect int

const (
	// unwanted changed nothing, since the state is another one by now.
	unwanted effect = iota
	// noted changed the state, but has no new access token.
	noted
	// renewed stored a new access token.
	renewed
)

// write stores the state of a pass over the one that was read.
func (r *Reconciler) write(ctx context.Context, p *pass) error {
	secret, err := state.Secret(p.OAuthToken, p.kept, p.state)
	if err != nil {
		return fmt.Errorf("encode state: %w", err)
	}
	if p.kept == nil {
		err = r.Client.Create(ctx, secret, client.FieldOwner(oauthv1alpha1.FieldManager))
	} else {
		// The resource version of what was read guards the update.
		err = r.Client.Update(ctx, secret, client.FieldOwner(oauthv1alpha1.FieldManager))
	}
	if err != nil {
		return fmt.Errorf("write state: %w", err)
	}
	p.kept = secret
	return nil
}

// store changes the stored state, whatever it is by now, and tries so until it is done.
func (r *Reconciler) store(ctx context.Context, p *pass, change change) error {
	p.memory.unwritten = change
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), plan.Storing)
	defer cancel()
	for pause := firstRepeat; ; pause = min(2*pause, lastRepeat) {
		err := r.storeOnce(ctx, p, change)
		if err == nil {
			p.memory.unwritten = nil
			return nil
		}
		if reconcile.Refused(err) != 0 || reconcile.Terminating(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
		if reconcile.LostRace(err) {
			// Nothing is lost if it cannot be read now either: the change is tried again.
			if err := r.load(ctx, p); err == nil && p.problem != nil {
				return errNotOurs
			}
		}
	}
}

var errNotOurs = errors.New("the Secret for the state belongs to something else")

func (r *Reconciler) storeOnce(ctx context.Context, p *pass, change change) error {
	before := p.state
	did := change(&p.state)
	if did == unwanted {
		p.state = before
		return nil
	}
	if err := r.write(ctx, p); err != nil {
		p.state = before
		return err
	}
	p.memory.unspent = nil
	if did == renewed {
		p.memory.succeeded()
		r.Metrics.Stored()
	}
	return nil
}
