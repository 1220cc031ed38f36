package oauthtoken

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"time"

	"github.com/grantor-dev/grantor/controllers/oauthtoken/outcome"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/plan"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/source"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

// errSlow is an API server that left no time for the token request.
var errSlow = errors.New("the API server took too long to store that a token request is sent; nothing was sent")

// ask requests a token with client_credentials.
func (r *Reconciler) ask(ctx context.Context, p *pass) error {
	ctx, cancel := context.WithTimeout(ctx, plan.AttemptTimeout)
	defer cancel()
	sent := outcome.Sent{Token: p.OAuthToken, Fingerprint: p.source.Fingerprint, Began: r.Now()}
	answer, err := r.send(ctx, p, request.ForClient(&p.Spec))
	if err != nil {
		r.failed(p, err)
		return nil
	}
	return r.store(ctx, p, sent.Asked(answer))
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
	if end, _ := limited.Deadline(); time.Until(end) < source.CallTimeout {
		p.memory.SpentNothing(mark)
		return errSlow
	}
	sent := outcome.Sent{Token: p.OAuthToken, Fingerprint: p.source.Fingerprint, Attempt: mark, Used: p.state.RefreshToken}
	form := request.ForRefreshToken(&p.Spec, p.state.RefreshToken)
	if how == plan.Redeem {
		sent.Used, sent.Person, sent.At = "", handover.Person, handover.At
		form = request.ForCode(&p.Spec, handover.Code, handover.RedirectURI, handover.Verifier)
	}
	sent.Began = r.Now()
	answer, err := r.send(limited, p, form)
	if err != nil && (how == plan.Redeem || answer.RefreshToken == "" && !errors.Is(err, outcome.ErrShort)) {
		return r.unspent(lasting, p, sent, handover, err)
	}
	if err != nil {
		r.failed(p, err)
	}
	if err := r.store(lasting, p, sent.Spent(answer, err == nil)); err != nil {
		return err
	}
	return r.taken(lasting, p, handover, how)
}

// newAttempt returns the mark of a request. It says whether an answer may have been lost that
// a successor of the refresh token was in.
func (r *Reconciler) newAttempt(p *pass, handover *Handover, how plan.Step) *state.Attempt {
	attempt := &state.Attempt{Holder: r.Holder, ID: rand.Text()}
	if how == plan.Redeem {
		attempt.Handover = handover.ID
		return attempt
	}
	if last := p.state.Attempt; last != nil && last.Handover == "" {
		attempt.Unanswered = last.Unanswered || !p.memory.Unspent(last)
	}
	return attempt
}

// unspent deals with a request without an answer that counts. A code is given up once it may
// have arrived: a provider may revoke what it issued if a code comes again.
func (r *Reconciler) unspent(ctx context.Context, p *pass, sent outcome.Sent, handover *Handover, err error) error {
	failure, _ := errors.AsType[*request.TokenError](err)
	r.failed(p, err)
	switch {
	case sent.Attempt.Handover != "" && (failure == nil || failure.Uncertain || failure.Status != 0):
		return r.abandon(ctx, p, handover, err)
	case failure != nil && failure.Kind == request.Ended:
		err := r.store(ctx, p, sent.Ended())
		// What a person does next has nothing to do with this failure.
		p.memory.Succeeded()
		return err
	case failure != nil && !failure.Uncertain:
		p.memory.SpentNothing(sent.Attempt)
	}
	return nil
}

// send sends a token request. An answer that is refused, with an error, may have a refresh
// token.
func (r *Reconciler) send(ctx context.Context, p *pass, form url.Values) (request.Answer, error) {
	p.memory.Sent = r.Now()
	answer, err := request.Send(ctx, p.source.Through(), p.source.Endpoint, p.source.Client, form)
	if err == nil {
		err = outcome.Check(answer)
	}
	return answer, err
}

// failed notes a failure, for the conditions and the pause.
func (r *Reconciler) failed(p *pass, err error) {
	why, asked := outcome.Failure(err)
	p.memory.Failed(r.Now(), why, asked)
	r.Metrics.Failed(why.Reason)
}
