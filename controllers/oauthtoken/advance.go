package oauthtoken

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
	"github.com/grantor-dev/grantor/controllers/reconcile"
)

// attemptTimeout bounds an attempt, from before its mark is stored to the end of the answer.
// It is well below takeover.
const attemptTimeout = 15 * time.Second

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
	print, token := p.source.fingerprint, p.OAuthToken
	return func(s *state.State) bool {
		if mark.Handover != "" {
			*s = state.State{Fingerprint: print, AuthorizedBy: handover.Person, AuthorizedAt: handover.At.UTC().Truncate(time.Second), Handover: mark.Handover}
		} else if s.Fingerprint != print || s.RefreshToken != used && s.RefreshToken != "" {
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
	failure, _ := errors.AsType[*request.Failure](err)
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

// abandon gives up a handover. Tokens of an earlier one stay.
func (r *Reconciler) abandon(ctx context.Context, p *pass, handover *Handover, why error) error {
	print, reason := p.source.fingerprint, oauthv1alpha1.ReasonCodeNotRedeemed
	if errors.Is(why, errShort) {
		reason = oauthv1alpha1.ReasonLifetimeTooShort
	}
	err := r.store(ctx, p, func(s *state.State) bool {
		if s.Handover == handover.ID {
			return false
		}
		s.Handover, s.Attempt = handover.ID, nil
		if s.Fingerprint != print || s.RefreshToken == "" && s.AccessToken == "" {
			s.Ended = reason
		}
		return true
	})
	if err != nil {
		return err
	}
	p.memory.succeeded()
	r.Events.Eventf(p.OAuthToken, nil, corev1.EventTypeWarning, oauthv1alpha1.ReasonCodeNotRedeemed, "Authorize",
		"The code that a person handed over was not redeemed: %s. The person has to authorize again", why)
	return r.Handovers.Taken(ctx, p.OAuthToken, handover.ID)
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

// errShort is an answer whose token expires too soon.
var errShort = errors.New("the lifetime of its tokens is three minutes or less")

func check(answer request.Answer) error {
	var at time.Time
	if answer.HasEnd && schedule.TooShort(at, at.Add(answer.ExpiresIn)) {
		return errShort
	}
	return nil
}

// take stores the tokens of an answer in a state.
func (r *Reconciler) take(p *pass, s *state.State, answer request.Answer, began time.Time) {
	s.RefreshToken = ""
	r.takeAccess(p.OAuthToken, s, answer, began)
}

func (r *Reconciler) takeAccess(token *oauthv1alpha1.OAuthToken, s *state.State, answer request.Answer, began time.Time) {
	s.AccessToken, s.TokenType = answer.AccessToken, answer.TokenType
	// The lifetime counts from when the provider made the token, which was not before.
	s.IssuedAt, s.ExpiresAt = began.UTC().Truncate(time.Second), time.Time{}
	if answer.HasEnd {
		s.ExpiresAt = s.IssuedAt.Add(answer.ExpiresIn)
	}
	if answer.Scopes != nil {
		s.Scopes = answer.Scopes
	} else if s.Scopes == nil {
		s.Scopes = token.Spec.Scopes
	}
}

func (r *Reconciler) form(p *pass, grant string) url.Values {
	form := url.Values{"grant_type": {grant}}
	for name, value := range p.Spec.TokenParameters {
		form.Set(name, string(value))
	}
	return form
}

func (r *Reconciler) refreshForm(p *pass) url.Values {
	form := r.form(p, "refresh_token")
	form.Set("refresh_token", p.state.RefreshToken)
	return form
}

func (r *Reconciler) codeForm(p *pass, handover *Handover) url.Values {
	form := r.form(p, "authorization_code")
	form.Set("code", handover.Code)
	form.Set("redirect_uri", handover.RedirectURI)
	if handover.Verifier != "" {
		form.Set("code_verifier", handover.Verifier)
	}
	return form
}

func addScopes(form url.Values, p *pass) {
	if len(p.Spec.Scopes) > 0 {
		form.Set("scope", strings.Join(p.Spec.Scopes, " "))
	}
}

// failed notes a failure, for the conditions and the pause.
func (r *Reconciler) failed(p *pass, err error) {
	why := &problem{oauthv1alpha1.ReasonProviderUnavailable, fmt.Sprintf("The provider issued no token: %s.", err), false}
	var asked time.Duration
	if failure, ok := errors.AsType[*request.Failure](err); ok {
		asked = failure.RetryAfter
		switch failure.Kind {
		case request.Address:
			why = unreachable()
		case request.Refused, request.Unreadable, request.Unusable:
			why.reason = oauthv1alpha1.ReasonProviderRefused
		case request.Ended:
			why.reason = oauthv1alpha1.ReasonAuthorizationRevoked
		case request.Unavailable:
		}
	}
	if errors.Is(err, errShort) {
		why.reason = oauthv1alpha1.ReasonLifetimeTooShort
	}
	p.memory.failed(r.Now(), why, asked)
	r.Metrics.failed(why.reason)
}
