package oauthtoken

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/state"
)

// errShort is an answer whose token expires too soon.
var errShort = errors.New("the lifetime of its tokens is three minutes or less")

func check(answer request.Answer) error {
	if answer.HasEnd && answer.ExpiresIn <= schedule.ShortestLifetime {
		return errShort
	}
	return nil
}

// send sends a token request. An answer that is refused, with an error, may have a refresh
// token.
func (r *Reconciler) send(ctx context.Context, p *pass, form url.Values) (request.Answer, error) {
	p.memory.sent = r.Now()
	answer, err := request.Send(ctx, p.source.through(), p.source.endpoint, p.source.client, form)
	if err == nil {
		err = check(answer)
	}
	return answer, err
}

// takeAccess stores the access token of an answer in a state.
func takeAccess(token *oauthv1alpha1.OAuthToken, s *state.State, answer request.Answer, began time.Time) {
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

// failed notes a failure, for the conditions and the pause.
func (r *Reconciler) failed(p *pass, err error) {
	why := &problem{oauthv1alpha1.ReasonProviderUnavailable, fmt.Sprintf("The provider issued no token: %s.", err), false}
	var asked time.Duration
	if failure, ok := errors.AsType[*request.TokenError](err); ok {
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
	r.Metrics.Failed(why.reason)
}
