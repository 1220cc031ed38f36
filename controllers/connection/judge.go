package connection

import (
	"slices"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/handover"
)

// facts are what is known about a Connection.
type facts struct {
	connection *sessionv1alpha1.Connection
	// code is what it holds, nil if the keys of its server do not open it.
	code *handover.Code
	// token is the OAuthToken of its name, user the OAuthUser of the UID in code; nil for none.
	token *oauthv1alpha1.OAuthToken
	user  *oauthv1alpha1.OAuthUser
	now   time.Time
}

// Why a code is not redeemed, for the person and the owner of the OAuthToken.
const (
	whyVoid      = "What the server stored cannot be verified."
	whyGone      = "The OAuthToken was deleted."
	whyChanged   = "The OAuthToken has changed since."
	whyElsewhere = "The OAuthToken is authorized at another OAuthServer now."
	whyOld       = "The code is more than 10 minutes old."
	whyPerson    = "The person who authorized may not do that any more."
	whyReplaced  = "It was authorized once more since."
)

// refusal returns why the code of a Connection is not redeemed, empty if it is.
func refusal(f facts) string {
	for _, rule := range rules {
		if rule.broken(f) {
			return rule.why
		}
	}
	return ""
}

// rules are what must not be; each may count on those before it.
var rules = []struct {
	why    string
	broken func(facts) bool
}{
	{whyGone, func(f facts) bool {
		return f.token == nil || f.token.DeletionTimestamp != nil || string(f.token.UID) != f.connection.Spec.TokenUID
	}},
	{whyChanged, func(f facts) bool {
		return f.token.Generation != f.connection.Spec.Generation || f.token.Spec.Grant != oauthv1alpha1.TokenGrantAuthorizationCode
	}},
	{whyElsewhere, func(f facts) bool {
		at := f.token.Status.Server
		return at == nil || at.Namespace != f.connection.Namespace || at.Name != f.connection.Spec.Server
	}},
	{whyVoid, func(f facts) bool { return f.code == nil }},
	{whyOld, func(f facts) bool { return f.now.Sub(f.code.ReceivedAt) > handover.MaxAge }},
	{whyPerson, func(f facts) bool { return !mayAuthorize(f) }},
}

// mayAuthorize reports whether spec.authorizedBy names the person, who may still sign in.
func mayAuthorize(f facts) bool {
	u, by := f.user, f.token.Spec.AuthorizedBy
	if u == nil || by == nil || u.Spec.Disabled || u.DeletionTimestamp != nil || u.Subject() != f.connection.Spec.Subject {
		return false
	}
	if since := u.Spec.SessionsNotBefore; since != nil && f.code.ReceivedAt.Before(since.Time) {
		return false
	}
	return slices.Contains(by.Users, u.Spec.Username) ||
		slices.ContainsFunc(u.Spec.Groups, func(group string) bool { return slices.Contains(by.Groups, group) })
}
