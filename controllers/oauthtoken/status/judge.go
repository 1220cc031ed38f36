package status

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/problem"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
)

// judge sets the conditions.
func (j *judgement) judge() {
	valid := j.State.Valid(j.Now) && j.Shown != "" && !j.Problem.Untouchable()
	blame := j.Problem
	if blame == nil {
		blame = j.Failing
	}
	waits := j.judgeAuthorization()
	if waits != nil {
		blame = waits
	}
	j.judgeFailures(blame, waits)
	set := j.set
	switch {
	case valid && !j.Problem.Is(oauthv1alpha1.ReasonSecretRefused) && !j.Problem.Is(oauthv1alpha1.ReasonTemplateRefused):
		set.True(oauthv1alpha1.ConditionTokenReady, oauthv1alpha1.ReasonTokenReady, j.told())
	case blame != nil:
		set.False(oauthv1alpha1.ConditionTokenReady, blame.Reason, blame.Message)
	case j.State.AccessToken != "":
		set.False(oauthv1alpha1.ConditionTokenReady, oauthv1alpha1.ReasonTokenExpired, "The token has expired.")
	default:
		set.False(oauthv1alpha1.ConditionTokenReady, oauthv1alpha1.ReasonTokenPending, "The token has not been requested yet.")
	}
	switch {
	case blame == nil && valid:
		set.Ready("The Secret holds a token, and it is replaced in time.")
	case valid && !blame.Stalled && meta.IsStatusConditionTrue(j.token.Status.Conditions, oauthv1alpha1.ConditionTokenReady):
		set.Ready("The Secret holds a token that has not expired. It cannot be replaced now; see RefreshFailing.")
	case blame == nil:
		set.Reconciling(oauthv1alpha1.ReasonTokenPending, "The token is about to be requested.")
	case blame.Stalled:
		set.Stalled(blame.Reason, blame.Message)
	default:
		set.Reconciling(blame.Reason, blame.Message)
	}
}

// told says what is known of a token that is there.
func (j *judgement) told() string {
	if j.State.ExpiresAt.IsZero() {
		return "The Secret holds a token. The provider did not say when it expires."
	}
	return "The Secret holds a token that has not expired."
}

// authorizations say why a person must authorize.
var authorizations = map[string]string{
	oauthv1alpha1.ReasonAuthorizationRequired: "Nobody has authorized the token yet.",
	oauthv1alpha1.ReasonAuthorizationRevoked:  "The provider refuses the refresh token: it was revoked, or it expired.",
	oauthv1alpha1.ReasonRefreshTokenLost:      "The provider refuses the refresh token, and may have replaced it in an answer that was lost.",
	oauthv1alpha1.ReasonSpecChanged:           "The spec asks for something else than was authorized.",
	oauthv1alpha1.ReasonNoRefreshToken:        "The token expired, and the provider gave no refresh token.",
	oauthv1alpha1.ReasonLifetimeTooShort:      "The tokens that the provider issues live for three minutes or less, and were refused.",
	oauthv1alpha1.ReasonCodeNotRedeemed:       "The code that a person handed over was not redeemed.",
}

// judgeAuthorization sets Authorized and AuthorizationDue, and returns why a person must
// authorize now.
func (j *judgement) judgeAuthorization() *problem.Problem {
	set, reason := j.set, j.Next.Reason
	set.Remove(oauthv1alpha1.ConditionAuthorizationDue)
	if j.token.Spec.Grant != oauthv1alpha1.TokenGrantAuthorizationCode {
		set.Remove(oauthv1alpha1.ConditionAuthorized)
		return nil
	}
	if j.Problem != nil {
		set.False(oauthv1alpha1.ConditionAuthorized, j.Problem.Reason, j.Problem.Message)
		return nil
	}
	if reason != "" {
		message := authorizations[reason] + " One of spec.authorizedBy has to open status.authorizeURL."
		if by := j.token.Spec.AuthorizedBy; by == nil {
			message = authorizations[reason] + " Name in spec.authorizedBy who may, who then has to open status.authorizeURL."
		}
		set.False(oauthv1alpha1.ConditionAuthorized, reason, message)
		return problem.Stalled(reason, message)
	}
	set.True(oauthv1alpha1.ConditionAuthorized, oauthv1alpha1.ReasonAuthorized, "A person has authorized what the spec asks for.")
	if s := j.State; s.RefreshToken == "" && !s.ExpiresAt.IsZero() && !j.Now.Before(s.ExpiresAt.Add(-schedule.AuthorizationDue)) {
		set.True(oauthv1alpha1.ConditionAuthorizationDue, oauthv1alpha1.ReasonNoRefreshToken, fmt.Sprintf(
			"The token expires at %s, and the provider gave no refresh token. One of spec.authorizedBy has to open status.authorizeURL.",
			s.ExpiresAt.Format(time.RFC3339)))
	}
	return nil
}

// judgeFailures sets RefreshFailing while a token cannot be replaced.
func (j *judgement) judgeFailures(blame, waits *problem.Problem) {
	if blame == nil || j.State.AccessToken == "" || waits.Is(oauthv1alpha1.ReasonNoRefreshToken) {
		j.set.Remove(oauthv1alpha1.ConditionRefreshFailing)
		return
	}
	j.set.True(oauthv1alpha1.ConditionRefreshFailing, blame.Reason, blame.Message)
}
