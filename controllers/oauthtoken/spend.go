package oauthtoken

import (
	"cmp"
	"context"
	"errors"
	"time"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/plan"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

// errSlow is an API server that left no time for the token request.
var errSlow = errors.New("the API server took too long to store that a token request is sent; nothing was sent")

// ask requests a token with client_credentials.
func (r *Reconciler) ask(ctx context.Context, p *pass) error {
	form := r.form(p, "client_credentials")
	addScopes(form, p)
	ctx, cancel := context.WithTimeout(ctx, plan.AttemptTimeout)
	defer cancel()
	began := r.Now()
	answer, err := r.send(ctx, p, form)
	if err != nil {
		r.failed(p, err)
		return nil
	}
	issuedFor, token := p.source.fingerprint, p.OAuthToken
	return r.store(ctx, p, func(s *state.State) effect {
		if s.IssuedAt.After(began) && s.Fingerprint == issuedFor {
			return unwanted
		}
		*s = state.State{Fingerprint: issuedFor}
		takeAccess(token, s, answer, began)
		return renewed
	})
}

// spend spends a refresh token or a code. Its mark is stored first: a process that finds the
// mark knows that the token may have been spent.
func (r *Reconciler) spend(ctx context.Context, p *pass, handover *Handover, how plan.Step) error {
	// A shutdown must not lose an answer.
	lasting := context.WithoutCancel(ctx)
	limited, cancel := context.WithTimeout(lasting, plan.AttemptTimeout)
	defer cancel()
	mark := r.newAttempt(p, handover, how)
	if err := r.mark(limited, p, mark); err != nil {
		return err
	}
	if end, _ := limited.Deadline(); time.Until(end) < callTimeout {
		p.memory.unspent = append(p.memory.unspent, mark.ID)
		return errSlow
	}
	used := p.state.RefreshToken
	form := r.refreshForm(p)
	if how == plan.Redeem {
		used, form = "", r.codeForm(p, handover)
	}
	began := r.Now()
	answer, err := r.send(limited, p, form)
	if err != nil && (how == plan.Redeem || answer.RefreshToken == "" && !errors.Is(err, errShort)) {
		return r.unspent(lasting, p, mark, handover, used, err)
	}
	if err != nil {
		r.failed(p, err)
	}
	if err := r.store(lasting, p, r.outcome(p, mark, handover, used, answer, err == nil, began)); err != nil {
		return err
	}
	return r.taken(lasting, p, handover, how)
}

// outcome returns what an answer makes of the state, unless a successor is stored already.
// The access token of one that is not usable is left out.
func (r *Reconciler) outcome(p *pass, mark *state.Attempt, handover *Handover, used string, answer request.Answer, usable bool, began time.Time) change {
	issuedFor, token := p.source.fingerprint, p.OAuthToken
	return func(s *state.State) effect {
		if mark.Handover != "" {
			*s = state.State{Fingerprint: issuedFor, AuthorizedBy: handover.Person, AuthorizedAt: handover.At.UTC().Truncate(time.Second), Handover: mark.Handover}
		} else if s.Fingerprint != issuedFor || s.RefreshToken != used && s.RefreshToken != "" {
			return unwanted
		}
		s.Attempt, s.Ended, s.EndedFor = nil, "", ""
		s.RefreshToken = cmp.Or(answer.RefreshToken, s.RefreshToken, used)
		if !usable {
			return noted
		}
		takeAccess(token, s, answer, began)
		return renewed
	}
}

// unspent deals with a request without an answer that counts. A code is given up once it may
// have arrived: a provider may revoke what it issued if a code comes again.
func (r *Reconciler) unspent(ctx context.Context, p *pass, mark *state.Attempt, handover *Handover, used string, err error) error {
	failure, _ := errors.AsType[*request.TokenError](err)
	r.failed(p, err)
	switch {
	case mark.Handover != "" && (failure == nil || failure.Uncertain || failure.Status != 0):
		return r.abandon(ctx, p, handover, err)
	case failure != nil && failure.Kind == request.Ended:
		return r.end(ctx, p, mark, used)
	case failure != nil && !failure.Uncertain:
		p.memory.unspent = append(p.memory.unspent, mark.ID)
	}
	return nil
}

// end notes that the provider refuses the refresh token.
func (r *Reconciler) end(ctx context.Context, p *pass, mark *state.Attempt, used string) error {
	issuedFor, reason := p.source.fingerprint, oauthv1alpha1.ReasonAuthorizationRevoked
	if mark.Unanswered {
		reason = oauthv1alpha1.ReasonRefreshTokenLost
	}
	err := r.store(ctx, p, func(s *state.State) effect {
		if s.RefreshToken != used {
			return unwanted
		}
		s.RefreshToken, s.Ended, s.EndedFor, s.Attempt = "", reason, issuedFor, nil
		return noted
	})
	// What a person does next has nothing to do with this failure.
	p.memory.succeeded()
	return err
}

func (r *Reconciler) taken(ctx context.Context, p *pass, handover *Handover, how plan.Step) error {
	if how != plan.Redeem {
		return nil
	}
	r.Events.Eventf(p.OAuthToken, nil, corev1.EventTypeNormal, oauthv1alpha1.ReasonAuthorized, "Authorize", "A person authorized the token")
	// The token is shown before the handover is done with.
	if err := r.show(ctx, p); err != nil {
		return err
	}
	return r.Handovers.Taken(ctx, p.OAuthToken, handover.ID)
}
