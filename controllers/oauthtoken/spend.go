package oauthtoken

import (
	"context"
	"errors"
	"time"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

// attemptTimeout bounds an attempt, from before its mark is stored to the end of the answer.
// It is well below takeover.
const attemptTimeout = 15 * time.Second

// ask requests a token with client_credentials.
func (r *Reconciler) ask(ctx context.Context, p *pass) error {
	form := r.form(p, "client_credentials")
	addScopes(form, p)
	ctx, cancel := context.WithTimeout(ctx, attemptTimeout)
	defer cancel()
	began := r.Now()
	answer, err := request.Send(ctx, p.source.through, p.source.endpoint, p.source.client, form)
	if err == nil {
		err = check(answer)
	}
	if err != nil {
		r.failed(p, err)
		return nil
	}
	return r.store(ctx, p, func(s *state.State) bool {
		if s.IssuedAt.After(began) && s.Fingerprint == p.source.fingerprint {
			return false
		}
		*s = state.State{Fingerprint: p.source.fingerprint}
		r.take(p, s, answer, began)
		return true
	})
}

// spend spends a refresh token or a code. Its mark is stored first: whoever finds the mark
// knows that the token may have been spent.
func (r *Reconciler) spend(ctx context.Context, p *pass, handover *Handover, how step) error {
	// A shutdown must not lose an answer.
	lasting := context.WithoutCancel(ctx)
	limited, cancel := context.WithTimeout(lasting, attemptTimeout)
	defer cancel()
	mark := r.newAttempt(p, handover, how)
	if err := r.mark(limited, p, mark); err != nil {
		return err
	}
	used := p.state.RefreshToken
	form := r.refreshForm(p)
	if how == redeem {
		used, form = "", r.codeForm(p, handover)
	}
	began := r.Now()
	answer, err := request.Send(limited, p.source.through, p.source.endpoint, p.source.client, form)
	if err == nil && how == redeem {
		err = check(answer)
	}
	if err != nil {
		return r.unspent(lasting, p, mark, handover, used, err)
	}
	if err := r.store(lasting, p, r.outcome(p, mark, handover, used, answer, began)); err != nil {
		return err
	}
	if short := check(answer); short != nil {
		r.failed(p, short)
	}
	return r.taken(lasting, p, handover, how)
}

// outcome returns what an answer makes of the state, unless a successor is stored already.
func (r *Reconciler) outcome(p *pass, mark *state.Attempt, handover *Handover, used string, answer request.Answer, began time.Time) func(*state.State) bool {
	issuedFor, token := p.source.fingerprint, p.OAuthToken
	return func(s *state.State) bool {
		if mark.Handover != "" {
			*s = state.State{Fingerprint: issuedFor, AuthorizedBy: handover.Person, AuthorizedAt: handover.At.UTC().Truncate(time.Second), Handover: mark.Handover}
		} else if s.Fingerprint != issuedFor || s.RefreshToken != used && s.RefreshToken != "" {
			return false
		}
		s.Attempt, s.Ended = nil, ""
		if s.RefreshToken == "" {
			s.RefreshToken = used
		}
		if answer.RefreshToken != "" {
			s.RefreshToken = answer.RefreshToken
		}
		if check(answer) == nil {
			r.takeAccess(token, s, answer, began)
		}
		return true
	}
}

// unspent deals with a request without an answer that counts.
func (r *Reconciler) unspent(ctx context.Context, p *pass, mark *state.Attempt, handover *Handover, used string, err error) error {
	failure, _ := errors.AsType[*request.TokenError](err)
	r.failed(p, err)
	switch {
	case mark.Handover != "" && (failure == nil || failure.Uncertain || failure.Kind == request.Ended || failure.Kind == request.Refused):
		return r.abandon(ctx, p, handover, err)
	case failure != nil && failure.Kind == request.Ended:
		return r.end(ctx, p, mark, used)
	case failure != nil && !failure.Uncertain:
		p.memory.unspent = mark.ID
	}
	return nil
}

// end notes that the provider refuses the refresh token.
func (r *Reconciler) end(ctx context.Context, p *pass, mark *state.Attempt, used string) error {
	reason := oauthv1alpha1.ReasonAuthorizationRevoked
	if mark.Unanswered {
		reason = oauthv1alpha1.ReasonRefreshTokenLost
	}
	err := r.store(ctx, p, func(s *state.State) bool {
		if s.RefreshToken != used {
			return false
		}
		s.RefreshToken, s.Ended, s.Attempt = "", reason, nil
		return true
	})
	// What a person does next has nothing to do with this failure.
	p.memory.succeeded()
	return err
}

func (r *Reconciler) taken(ctx context.Context, p *pass, handover *Handover, how step) error {
	if how != redeem {
		return nil
	}
	r.Events.Eventf(p.OAuthToken, nil, corev1.EventTypeNormal, oauthv1alpha1.ReasonAuthorized, "Authorize", "A person authorized the token")
	// The token is shown before the handover is done with.
	if err := r.show(ctx, p); err != nil {
		return err
	}
	return r.Handovers.Taken(ctx, p.OAuthToken, handover.ID)
}
