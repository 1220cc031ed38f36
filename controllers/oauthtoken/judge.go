package oauthtoken

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/plan"
	"github.com/grantor-dev/grantor/controllers/oauthtoken/schedule"
	"github.com/grantor-dev/grantor/internal/conditions"
)

// judge sets the conditions.
func (r *Reconciler) judge(p *pass, d plan.Decision, set conditions.Set) {
	valid := p.state.Valid(r.Now()) && p.shown != nil && !p.problem.untouchable()
	blame := p.problem
	if blame == nil {
		blame = p.memory.failing
	}
	waits := r.judgeAuthorization(p, d, set)
	if waits != nil {
		blame = waits
	}
	r.judgeFailures(p, set, blame, waits)
	switch {
	case valid && p.problem.isNot(oauthv1alpha1.ReasonSecretRefused) && p.problem.isNot(oauthv1alpha1.ReasonTemplateRefused):
		set.True(oauthv1alpha1.ConditionTokenReady, oauthv1alpha1.ReasonTokenReady, told(p))
	case blame != nil:
		set.False(oauthv1alpha1.ConditionTokenReady, blame.reason, blame.message)
	case p.state.AccessToken != "":
		set.False(oauthv1alpha1.ConditionTokenReady, oauthv1alpha1.ReasonTokenExpired, "The token has expired.")
	default:
		set.False(oauthv1alpha1.ConditionTokenReady, oauthv1alpha1.ReasonTokenPending, "The token has not been requested yet.")
	}
	switch {
	case blame == nil && valid:
		set.Ready("The Secret holds a token, and it is replaced in time.")
	case valid && !blame.stalled && meta.IsStatusConditionTrue(p.Status.Conditions, oauthv1alpha1.ConditionTokenReady):
		set.Ready("The Secret holds a token that has not expired. It cannot be replaced now; see RefreshFailing.")
	case blame == nil:
		set.Reconciling(oauthv1alpha1.ReasonTokenPending, "The token is about to be requested.")
	case blame.stalled:
		set.Stalled(blame.reason, blame.message)
	default:
		set.Reconciling(blame.reason, blame.message)
	}
}

// told says what is known of a token that is there.
func told(p *pass) string {
	if p.state.ExpiresAt.IsZero() {
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
func (r *Reconciler) judgeAuthorization(p *pass, d plan.Decision, set conditions.Set) *problem {
	set.Remove(oauthv1alpha1.ConditionAuthorizationDue)
	if p.Spec.Grant != oauthv1alpha1.TokenGrantAuthorizationCode {
		set.Remove(oauthv1alpha1.ConditionAuthorized)
		return nil
	}
	if p.problem != nil {
		set.False(oauthv1alpha1.ConditionAuthorized, p.problem.reason, p.problem.message)
		return nil
	}
	if d.Reason != "" {
		message := authorizations[d.Reason] + " One of spec.authorizedBy has to open status.authorizeURL."
		if by := p.Spec.AuthorizedBy; by == nil {
			message = authorizations[d.Reason] + " Name in spec.authorizedBy who may, who then has to open status.authorizeURL."
		}
		set.False(oauthv1alpha1.ConditionAuthorized, d.Reason, message)
		return &problem{d.Reason, message, true}
	}
	set.True(oauthv1alpha1.ConditionAuthorized, oauthv1alpha1.ReasonAuthorized, "A person has authorized what the spec asks for.")
	if s := p.state; s.RefreshToken == "" && !s.ExpiresAt.IsZero() && !r.Now().Before(s.ExpiresAt.Add(-schedule.AuthorizationDue)) {
		set.True(oauthv1alpha1.ConditionAuthorizationDue, oauthv1alpha1.ReasonNoRefreshToken, fmt.Sprintf(
			"The token expires at %s, and the provider gave no refresh token. One of spec.authorizedBy has to open status.authorizeURL.",
			s.ExpiresAt.Format(time.RFC3339)))
	}
	return nil
}

// judgeFailures sets RefreshFailing while a token cannot be replaced.
func (r *Reconciler) judgeFailures(p *pass, set conditions.Set, blame, waits *problem) {
	if blame == nil || p.state.AccessToken == "" || waits != nil && waits.reason == oauthv1alpha1.ReasonNoRefreshToken {
		set.Remove(oauthv1alpha1.ConditionRefreshFailing)
		return
	}
	set.True(oauthv1alpha1.ConditionRefreshFailing, blame.reason, blame.message)
}
