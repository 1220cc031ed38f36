package fapi

import (
	"fmt"
	"slices"
	"strings"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// maxCode is how long an authorization code may live.
const maxCode = time.Minute

// Client is what the profile asks about a client, with the defaults of its server and what
// policies require.
type Client struct {
	Method oauthv1alpha1.AuthenticationMethod
	// ServiceAccounts says that the tokens of ServiceAccounts are its assertions.
	ServiceAccounts bool
	// Federated says that the tokens of workloads elsewhere are.
	Federated bool
	// SignsWithRS256 says that its signatures may be RS256.
	SignsWithRS256 bool
	// Interactive says that it signs users in; what follows is about that.
	Interactive         bool
	RedirectURIs        []string
	PushedAuthorization bool
	PKCE                oauthv1alpha1.PKCE
	CodeLifetime        time.Duration
	// IDAlgorithm is with which its ID tokens are signed; "" if it gets none.
	IDAlgorithm oauthv1alpha1.IDTokenAlgorithm
	// Refreshes says that it gets refresh tokens, which Retry is about.
	Refreshes bool
	Retry     oauthv1alpha1.RefreshTokenRetry
	Binding   oauthv1alpha1.AccessTokenBinding
}

// Lacks returns a sentence for each thing that a client lacks, in the order of its fields;
// none if it meets the profile.
func Lacks(c *Client) []string {
	var lacks []string
	missing := func(missing bool, sentence string) {
		if missing {
			lacks = append(lacks, sentence)
		}
	}
	asymmetric := c.Method == oauthv1alpha1.AuthenticationPrivateKeyJWT || c.Method.HasCertificate()
	missing(c.Method == oauthv1alpha1.AuthenticationNone, "It has no credentials: set spec.authentication.method to private_key_jwt or tls_client_auth.")
	missing(c.Method != oauthv1alpha1.AuthenticationNone && !asymmetric, "It authenticates with a shared secret: set spec.authentication.method to private_key_jwt or tls_client_auth.")
	missing(c.ServiceAccounts, "It authenticates with tokens that it does not sign: replace spec.authentication.serviceAccounts with jwks or jwksURI.")
	missing(c.Federated, "It authenticates with tokens that it does not sign: replace spec.authentication.federated with jwks or jwksURI.")
	missing(c.SignsWithRS256, "It may sign with RS256: set signingAlgorithms next to its keys to PS256, ES256 or EdDSA.")
	if c.Interactive {
		missing(!c.PushedAuthorization, "Its authorization requests need not be pushed: set spec.pushedAuthorization to Required.")
		missing(c.PKCE != oauthv1alpha1.PKCERequired, "PKCE is not required: set spec.pkce to Required.")
		if at := slices.IndexFunc(c.RedirectURIs, func(uri string) bool { return !strings.HasPrefix(uri, "https://") }); at >= 0 {
			missing(true, fmt.Sprintf("Its redirect URI %q is not https.", c.RedirectURIs[at]))
		}
		missing(c.CodeLifetime > maxCode, "Its authorization codes live for longer than 60 seconds: shorten spec.tokens.authorizationCode.lifetime.")
	}
	missing(c.IDAlgorithm == oauthv1alpha1.IDTokenRS256, "Its ID tokens are signed with RS256: set spec.tokens.idToken.algorithm to ES256.")
	missing(c.Binding == oauthv1alpha1.AccessTokenBindingIfProved || c.Binding == "", "Its access tokens need not be bound to a key: set spec.tokens.accessToken.binding to DPoP, Certificate or Required.")
	missing(c.Refreshes && c.Retry != oauthv1alpha1.RefreshTokenRetryUntilUsed, "Its refresh tokens rotate, and a lost answer could end its access: set spec.tokens.refreshToken.retry to UntilUsed.")
	return lacks
}
