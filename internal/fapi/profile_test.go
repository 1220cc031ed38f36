package fapi

import (
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func good() Client {
	return Client{
		Method: oauthv1alpha1.AuthenticationPrivateKeyJWT, Interactive: true, RedirectURIs: []string{"https://app.example/cb"}, PushedAuthorization: true,
		PKCE: oauthv1alpha1.PKCERequired, CodeLifetime: time.Minute, IDAlgorithm: oauthv1alpha1.IDTokenES256,
		Refreshes: true, Retry: oauthv1alpha1.RefreshTokenRetryUntilUsed, Binding: oauthv1alpha1.AccessTokenBindingDPoP,
	}
}

func TestLacks(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*Client)
		lacks  []string
	}{
		"nothing":                     {func(*Client) {}, nil},
		"a certificate":               {func(c *Client) { c.Method = oauthv1alpha1.AuthenticationTLS }, nil},
		"a certificate of its own":    {func(c *Client) { c.Method = oauthv1alpha1.AuthenticationSelfSignedTLS }, nil},
		"tokens bound to either":      {func(c *Client) { c.Binding = oauthv1alpha1.AccessTokenBindingRequired }, nil},
		"tokens bound to certificate": {func(c *Client) { c.Binding = oauthv1alpha1.AccessTokenBindingCertificate }, nil},
		"no refresh tokens":           {func(c *Client) { c.Refreshes, c.Retry = false, "" }, nil},
		"no ID tokens":                {func(c *Client) { c.IDAlgorithm = "" }, nil},
		"a service": {func(c *Client) {
			*c = Client{Method: oauthv1alpha1.AuthenticationPrivateKeyJWT, Binding: oauthv1alpha1.AccessTokenBindingDPoP}
		}, nil},
		"no credentials":        {func(c *Client) { c.Method = oauthv1alpha1.AuthenticationNone }, []string{"no credentials"}},
		"a secret":              {func(c *Client) { c.Method = oauthv1alpha1.AuthenticationBasic }, []string{"a shared secret"}},
		"a secret by default":   {func(c *Client) { c.Method = "" }, []string{"a shared secret"}},
		"a ServiceAccount":      {func(c *Client) { c.ServiceAccounts = true }, []string{"does not sign"}},
		"a workload elsewhere":  {func(c *Client) { c.Federated = true }, []string{"replace spec.authentication.federated"}},
		"RS256":                 {func(c *Client) { c.SignsWithRS256 = true }, []string{"sign with RS256"}},
		"requests in URLs":      {func(c *Client) { c.PushedAuthorization = false }, []string{"pushed"}},
		"no PKCE":               {func(c *Client) { c.PKCE = oauthv1alpha1.PKCEAuto }, []string{"PKCE"}},
		"a loopback address":    {func(c *Client) { c.RedirectURIs = append(c.RedirectURIs, "http://127.0.0.1/cb") }, []string{`"http://127.0.0.1/cb" is not https`}},
		"a private scheme":      {func(c *Client) { c.RedirectURIs = []string{"com.example:/cb"} }, []string{"com.example"}},
		"codes of two minutes":  {func(c *Client) { c.CodeLifetime = 2 * time.Minute }, []string{"60 seconds"}},
		"ID tokens with RS256":  {func(c *Client) { c.IDAlgorithm = oauthv1alpha1.IDTokenRS256 }, []string{"ID tokens"}},
		"tokens of bearers":     {func(c *Client) { c.Binding = oauthv1alpha1.AccessTokenBindingIfProved }, []string{"bound to a key"}},
		"refresh tokens rotate": {func(c *Client) { c.Retry = oauthv1alpha1.RefreshTokenRetryGracePeriod }, []string{"UntilUsed"}},
		"everything, in one order": {func(c *Client) {
			*c = Client{Interactive: true, Refreshes: true, IDAlgorithm: oauthv1alpha1.IDTokenRS256}
		},
			[]string{"a shared secret", "pushed", "PKCE", "ID tokens", "bound to a key", "UntilUsed"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := good()
			test.change(&c)
			lacks := Lacks(&c)
			if len(lacks) != len(test.lacks) {
				t.Fatalf("it lacks %q", lacks)
			}
			for i, sentence := range lacks {
				if !strings.Contains(sentence, test.lacks[i]) || !strings.HasSuffix(sentence, ".") {
					t.Errorf("it lacks %q, not %q", sentence, test.lacks[i])
				}
			}
		})
	}
}
