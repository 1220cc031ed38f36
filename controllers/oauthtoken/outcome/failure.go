package outcome

import (
	"errors"
	"fmt"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/request"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
)

// ErrShort is an answer whose token expires too soon.
var ErrShort = errors.New("the lifetime of its tokens is three minutes or less")

// Check returns ErrShort for an answer whose token expires too soon.
func Check(answer request.Answer) error {
	if answer.HasEnd && answer.ExpiresIn <= schedule.ShortestLifetime {
		return ErrShort
	}
	return nil
}

// Failure returns the problem that a failure is, and how long the provider asks to wait.
func Failure(err error) (*problem.Problem, time.Duration) {
	why := problem.New(oauthv1alpha1.ReasonProviderUnavailable, fmt.Sprintf("The provider issued no token: %s.", err))
	var asked time.Duration
	if failure, ok := errors.AsType[*request.TokenError](err); ok {
		asked = failure.RetryAfter
		switch failure.Kind {
		case request.Address:
			why = problem.AddressNotAllowed()
		case request.Refused, request.Unreadable, request.Unusable:
			why.Reason = oauthv1alpha1.ReasonProviderRefused
		case request.Ended:
			why.Reason = oauthv1alpha1.ReasonAuthorizationRevoked
		case request.Unavailable:
		}
	}
	if errors.Is(err, ErrShort) {
		why.Reason = oauthv1alpha1.ReasonLifetimeTooShort
	}
	return why, asked
}
