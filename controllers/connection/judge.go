package connection

import (
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/handover"
	"github.com/grantor-dev/grantor/internal/tokenspec"
	"github.com/grantor-dev/grantor/internal/userspec"
)

const (
	// keysSettle is how long the key Secret in the cache may be older than a Connection.
	keysSettle = time.Minute
	// maxAhead is how far the clock of a server may be ahead.
	maxAhead = time.Minute
)

// facts are what is known about a Connection.
type facts struct {
	connection *sessionv1alpha1.Connection
	// code is what it holds, nil if the keys of its server do not open it.
	code *handover.Code
	// token is the OAuthToken of its name, user the OAuthUser of the UID in code; nil for none.
	token *oauthv1alpha1.OAuthToken
	user  *oauthv1alpha1.OAuthUser
	// rivals are those who claim the username or the subject of the user.
	rivals []*oauthv1alpha1.OAuthUser
	now    time.Time
}

// newerThan reports whether a person came back later than in another Connection. The time of the
// API server is the same for all replicas.
func (f facts) newerThan(other facts) bool {
	a, b := f.connection.CreationTimestamp, other.connection.CreationTimestamp
	if !a.Equal(&b) {
		return b.Before(&a)
	}
	return f.code.ReceivedAt.After(other.code.ReceivedAt)
}

// verdict is what becomes of a code: it is refused if there is a reason why, or waits, or is
// redeemed.
type verdict struct {
	why  string
	wait bool
}

// Why a code is not redeemed, for the person and the owner of the OAuthToken.
const (
	whyVoid      = "What the server stored cannot be verified."
	whyGone      = "The OAuthToken was deleted."
	whyChanged   = "The OAuthToken has changed since."
	whyElsewhere = "The OAuthToken is authorized at another OAuthServer now."
	whyOld       = "The code is more than 10 minutes old."
	whyAhead     = "The clock of the server is more than a minute ahead."
	whyPerson    = "The person who authorized may not do that any more."
	whyProvider  = "The provider is another one than the person saw."
	whyReplaced  = "It was authorized once more since."
)

// judge says what becomes of a code. Each case may count on those before it.
func judge(f facts) verdict {
	c := f.connection
	switch {
	case f.token == nil || f.token.DeletionTimestamp != nil || string(f.token.UID) != c.Spec.TokenUID:
		return verdict{why: whyGone}
	case f.token.Generation != c.Spec.Generation || f.token.Spec.Grant != oauthv1alpha1.TokenGrantAuthorizationCode:
		return verdict{why: whyChanged}
	}
	at := f.token.Status.Server
	switch {
	case at != nil && (at.Namespace != c.Namespace || at.Name != c.Spec.Server):
		return verdict{why: whyElsewhere}
	case f.code == nil && f.now.Sub(c.CreationTimestamp.Time) < keysSettle:
		// The key that sealed it may be newer than the Secret in the cache.
		return verdict{wait: true}
	case f.code == nil:
		return verdict{why: whyVoid}
	case f.now.Sub(f.code.ReceivedAt) > handover.MaxAge:
		return verdict{why: whyOld}
	case f.code.ReceivedAt.Sub(f.now) > maxAhead:
		return verdict{why: whyAhead}
	case !mayAuthorize(f):
		return verdict{why: whyPerson}
	}
	// An OAuthClient that is not ready for a moment, for one, leaves no server in the status.
	return verdict{wait: at == nil}
}

// mayAuthorize reports whether spec.authorizedBy names the person, who may still sign in.
func mayAuthorize(f facts) bool {
	u := f.user
	if u == nil || u.DeletionTimestamp != nil || u.Subject() != f.connection.Spec.Subject || userspec.Refuse(u, f.rivals) != nil {
		return false
	}
	if since := u.Spec.SessionsNotBefore; since != nil && f.code.SignedInAt.Before(since.Time) {
		return false
	}
	return tokenspec.MayAuthorize(f.token, u.Spec.Username, u.Spec.Groups)
}
