package oauthtoken

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/outcome"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/plan"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

const (
	// A write is repeated after firstRepeat, then after twice as long, up to lastRepeat.
	firstRepeat = 50 * time.Millisecond
	lastRepeat  = 2 * time.Second
)

// mark stores the mark of a request. It fails if the state is not as it was read: another
// process is at it.
func (r *Reconciler) mark(ctx context.Context, p *pass, attempt *state.Attempt) error {
	p.state.Attempt = attempt
	err := r.write(ctx, p)
	switch {
	case err == nil:
		p.memory.Stored()
	case !reconcile.LostRace(err) && reconcile.Refused(err) == 0:
		// It may be stored all the same, but nothing is sent.
		p.memory.SpentNothing(attempt)
	}
	return err
}

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

// storeUnwritten stores what could not be stored before. Until then nothing else happens.
func (r *Reconciler) storeUnwritten(ctx context.Context, p *pass) error {
	if p.memory.Unwritten == nil || p.problem != nil {
		return nil
	}
	err := r.store(ctx, p, p.memory.Unwritten)
	if code := reconcile.Refused(err); code != 0 {
		p.problem = problem.SecretRefused(p.StateSecretName(), code)
		return nil
	}
	return err
}

// store changes the stored state, whatever it is by now, and tries so until it is done.
func (r *Reconciler) store(ctx context.Context, p *pass, change outcome.Change) error {
	p.memory.Unwritten = change
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), plan.Storing)
	defer cancel()
	for pause := firstRepeat; ; pause = min(2*pause, lastRepeat) {
		err := r.storeOnce(ctx, p, change)
		if err == nil {
			p.memory.Unwritten = nil
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

func (r *Reconciler) storeOnce(ctx context.Context, p *pass, change outcome.Change) error {
	before := p.state
	did := change(&p.state)
	if did == outcome.Unwanted {
		p.state = before
		return nil
	}
	if err := r.write(ctx, p); err != nil {
		p.state = before
		return err
	}
	p.memory.Stored()
	if did == outcome.Renewed {
		p.memory.Succeeded()
		r.Metrics.Stored()
	}
	return nil
}
