package applications

import (
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/nodejs"
)

// node starts a program of the directory nodejs.
func node(file string, environment ...string) func(*testing.T, settings) {
	return func(t *testing.T, s settings) {
		t.Helper()
		dir := nodejs.Installed(t, "test/applications/nodejs")
		program{dir: dir, command: []string{"node", file}, environment: append(environment, "NODE_EXTRA_CA_CERTS="+s.CAFile)}.run(t, s)
	}
}

// withoutProof is for software that sends neither a challenge nor a nonce.
func withoutProof(c *oauthv1alpha1.OAuthClient) { c.Spec.PKCE = oauthv1alpha1.PKCEOptional }

func TestLibrariesForNode(t *testing.T) {
	t.Parallel()
	for name, a := range map[string]application{
		"openid-client":             {path: "/callback", start: node("openid-client.mjs"), refreshes: true},
		"oauth4webapi":              {path: "/callback", start: node("oauth4webapi.mjs"), refreshes: true},
		"@auth/core":                {path: "/auth/callback/grantor", start: node("auth-core.mjs")},
		"better-auth":               {path: "/api/auth/callback/grantor", start: node("better-auth.mjs")},
		"arctic":                    {path: "/callback", start: node("arctic.mjs"), refreshes: true},
		"@badgateway/oauth2-client": {path: "/callback", start: node("badgateway.mjs"), refreshes: true},
		"@fastify/oauth2":           {path: "/callback", start: node("fastify-oauth2.mjs"), refreshes: true},
		"express-openid-connect":    {path: "/callback", start: node("express-openid-connect.mjs"), refreshes: true},
		"passport-openidconnect, told to send a nonce": {path: "/callback", start: node("passport-openidconnect.mjs", "NONCE=true")},
		"passport-oauth2, told to send a challenge":    {path: "/callback", start: node("passport-oauth2.mjs", "PKCE=true")},
		"grant, told to send a challenge":              {path: "/connect/grantor/callback", start: node("grant.mjs", "PKCE=true")},
		"passport-openidconnect":                       {path: "/callback", start: node("passport-openidconnect.mjs"), change: withoutProof},
		"passport-oauth2":                              {path: "/callback", start: node("passport-oauth2.mjs"), change: withoutProof},
		"grant":                                        {path: "/connect/grantor/callback", start: node("grant.mjs"), change: withoutProof},
		"simple-oauth2":                                {path: "/callback", start: node("simple-oauth2.mjs"), change: withoutProof, refreshes: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a.signIn(t)
		})
	}
}
