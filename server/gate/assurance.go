package gate

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/tokens"
)

// longestAge is the highest max_age, ten years.
const longestAge = 10 * 365 * 24 * 3600

// assurance reads what a proxy demands of the sign-in. What no sign-in can meet, and what every
// one would meet, is a mistake in the proxy's configuration.
func (q *question) assurance(values url.Values) error {
	if texts, ok := values[parameterACR]; ok {
		if len(texts) > 1 || texts[0] != identity.ACRSecondFactor {
			return errACR
		}
		q.acr = identity.ACRSecondFactor
	}
	if texts, ok := values[parameterMaxAge]; ok {
		seconds, err := strconv.ParseUint(texts[0], 10, 32)
		if len(texts) > 1 || err != nil || seconds == 0 || seconds > longestAge {
			return errMaxAge
		}
		q.maxAge = time.Duration(seconds) * time.Second
	}
	return nil
}

// met reports whether the sign-in that led to a token is what the proxy demands. A client's own
// token has none, and some identity providers do not say when their user signed in.
func (q *question) met(claims *tokens.AccessClaims, now time.Time) bool {
	if q.acr != "" && claims.ACR != q.acr {
		return false
	}
	return q.maxAge == 0 || claims.AuthTime > 0 && now.Sub(time.Unix(claims.AuthTime, 0)) <= q.maxAge
}

// stepUp is the refusal of a token whose user must sign in once more (RFC 9470 section 3). The
// scopes are those that the next token needs, as if they were missing.
func (e *Endpoint) stepUp(asked *question, scheme httpx.Scheme, scopes []string, description string) error {
	return e.challenge(asked, scheme, &httpx.Error{
		Code: httpx.CodeInsufficientUser, Description: description, Status: http.StatusUnauthorized,
		Scope: strings.Join(scopes, " "), ACR: asked.acr, MaxAge: int(asked.maxAge / time.Second),
	})
}

// uncounted returns why a token does not count. An application can do something about a second
// factor that its OAuthClient demands.
func (e *Endpoint) uncounted(asked *question, scheme httpx.Scheme, claims *tokens.AccessClaims) error {
	insufficient, err := e.Tokens.Insufficient(claims)
	if err != nil {
		return err
	}
	if !insufficient {
		return e.refuse(asked, scheme, invalidToken("The access token is invalid, expired or revoked, or not for this resource."))
	}
	needed := *asked
	needed.acr = identity.ACRSecondFactor
	return e.stepUp(&needed, scheme, needs(asked, tokens.Scopes(claims.Scope)),
		"The user gave no second factor, and spec.login.minimumAssurance of the OAuthClient demands one.")
}
