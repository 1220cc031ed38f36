package connect

import (
	"net/url"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/tokenspec"
)

// provider returns where a person authorizes an OAuthToken, and false while that is not known:
// the operator has not seen the present spec, or has not reached the provider. A server that is
// http, which is one for tests, sends people to providers that are http.
func (s *Service) provider(token *oauthv1alpha1.OAuthToken) (*oauthv1alpha1.TokenProviderStatus, bool) {
	p := token.Status.Provider
	if token.Status.ObservedGeneration != token.Generation || p == nil || p.ClientID == "" {
		return nil, false
	}
	return p, tokenspec.SendsPeople(p.AuthorizationEndpoint, strings.HasPrefix(s.Issuer(), "http:"))
}

// people are the reasons for which an OAuthToken waits for a person, and for nothing else.
var people = []string{
	oauthv1alpha1.ReasonAuthorizationRequired, oauthv1alpha1.ReasonAuthorizationRevoked, oauthv1alpha1.ReasonRefreshTokenLost,
	oauthv1alpha1.ReasonSpecChanged, oauthv1alpha1.ReasonNoRefreshToken, oauthv1alpha1.ReasonLifetimeTooShort, oauthv1alpha1.ReasonCodeNotRedeemed,
}

// obstacle returns why the operator could not redeem a code now, such as a client secret that is
// missing; empty if it could.
func obstacle(token *oauthv1alpha1.OAuthToken) string {
	c := meta.FindStatusCondition(token.Status.Conditions, oauthv1alpha1.ConditionAuthorized)
	if c == nil || c.Status == metav1.ConditionTrue || slices.Contains(people, c.Reason) {
		return ""
	}
	return c.Message
}

// address returns where a person goes, if the host does not say it all: the path and the query can
// choose among those who share a host.
func address(endpoint *url.URL) string {
	if endpoint.RawQuery == "" {
		return ""
	}
	return endpoint.String()
}

// seen stands for what a person saw of an OAuthToken and its provider: who leaves for one must not
// come back from another.
type seen struct {
	UID        string `json:"i"`
	Generation int64  `json:"g"`
	Provider   string `json:"v"`
}

func seenOf(token *oauthv1alpha1.OAuthToken, p *oauthv1alpha1.TokenProviderStatus) seen {
	return seen{string(token.UID), token.Generation, tokenspec.ProviderDigest(p)}
}
