package serverspec

import (
	"cmp"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// The longest lifetimes that the schema allows.
const (
	// MaxToken is that of an access token and of an ID token.
	MaxToken = 24 * time.Hour
	// MaxRefresh is that of a refresh token.
	MaxRefresh = 87600 * time.Hour
	// MaxCode is that of an authorization code.
	MaxCode = 10 * time.Minute
	// MaxDeviceCode is that of a device code (RFC 8628).
	MaxDeviceCode = 15 * time.Minute
)

// Tokens are the forms and lifetimes of tokens.
type Tokens struct {
	AccessFormat   oauthv1alpha1.AccessTokenFormat
	AccessLifetime time.Duration
	// AccessBinding is which proof a token request must have.
	AccessBinding oauthv1alpha1.AccessTokenBinding
	// RefreshLifetime bounds an authorization, RefreshIdle the pause between two
	// refreshes; for RefreshGrace the previous token gives its successor again, unless
	// RefreshRetry has no end.
	RefreshLifetime, RefreshIdle, RefreshGrace time.Duration
	RefreshRetry                               oauthv1alpha1.RefreshTokenRetry
	IDLifetime                                 time.Duration
	IDAlgorithm                                oauthv1alpha1.IDTokenAlgorithm
	// IDClaims is what ID tokens tell of a user.
	IDClaims     oauthv1alpha1.IDTokenClaims
	CodeLifetime time.Duration
}

func tokensOf(spec oauthv1alpha1.ServerTokens) Tokens {
	tokens := Tokens{
		AccessFormat: oauthv1alpha1.AccessTokenJWT, AccessLifetime: 15 * time.Minute,
		AccessBinding:   oauthv1alpha1.AccessTokenBindingIfProved,
		RefreshLifetime: 720 * time.Hour, RefreshIdle: 168 * time.Hour,
		RefreshGrace: duration(spec.RefreshToken.GracePeriod, 10*time.Second),
		IDLifetime:   5 * time.Minute, IDAlgorithm: oauthv1alpha1.IDTokenRS256, IDClaims: oauthv1alpha1.IDTokenGranted,
		CodeLifetime: time.Minute,
	}
	return tokens.With(oauthv1alpha1.ClientTokens{
		AccessToken: spec.AccessToken, RefreshToken: spec.RefreshToken.RefreshTokenSettings,
		IDToken: spec.IDToken, AuthorizationCode: spec.AuthorizationCode,
	})
}

// With returns the tokens with what a client says instead.
func (t Tokens) With(spec oauthv1alpha1.ClientTokens) Tokens {
	t.AccessFormat = cmp.Or(spec.AccessToken.Format, t.AccessFormat)
	t.AccessLifetime = duration(spec.AccessToken.Lifetime, t.AccessLifetime)
	t.AccessBinding = cmp.Or(spec.AccessToken.Binding, t.AccessBinding)
	t.RefreshLifetime = duration(spec.RefreshToken.Lifetime, t.RefreshLifetime)
	t.RefreshIdle = duration(spec.RefreshToken.IdleLifetime, t.RefreshIdle)
	t.RefreshRetry = cmp.Or(spec.RefreshToken.Retry, t.RefreshRetry)
	t.IDLifetime = duration(spec.IDToken.Lifetime, t.IDLifetime)
	t.IDAlgorithm = cmp.Or(spec.IDToken.Algorithm, t.IDAlgorithm)
	t.IDClaims = cmp.Or(spec.IDToken.Claims, t.IDClaims)
	t.CodeLifetime = duration(spec.AuthorizationCode.Lifetime, t.CodeLifetime)
	return t
}

// Grace returns for how long the previous refresh token gives its successor again. The one
// before it never does, so without an end that is until the successor is used.
func (t Tokens) Grace() time.Duration {
	if t.RefreshRetry == oauthv1alpha1.RefreshTokenRetryUntilUsed {
		return MaxRefresh
	}
	return t.RefreshGrace
}
