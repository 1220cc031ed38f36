package people

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// audiencesOf returns the audiences of an answer's access token, as introspection has them.
func audiencesOf(t testing.TB, app installation.App, answer installation.Answer) []string {
	t.Helper()
	var introspection struct{ Aud []string }
	if body := introspected(t, app, bearer(tokensOf(t, answer))).Body; json.Unmarshal([]byte(body), &introspection) != nil {
		t.Fatalf("introspection answers %s", body)
	}
	return introspection.Aud
}

// A client that may call two services asks for a token for each, and none can be used at
// the other (RFC 8707 section 2.2).
func TestTokensForOneResource(t *testing.T) {
	t.Parallel()
	const docs = "https://docs.example/mcp"
	for name, format := range map[string]oauthv1alpha1.AccessTokenFormat{
		"JWT": oauthv1alpha1.AccessTokenJWT, "opaque": oauthv1alpha1.AccessTokenOpaque,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
				c.Spec.Audiences = []oauthv1alpha1.Audience{payroll, docs, oauthv1alpha1.Audience(c.Namespace + ".other")}
				c.Spec.Tokens.AccessToken.Format = format
			})
			check := func(answer installation.Answer, want ...string) installation.Answer {
				t.Helper()
				if got := audiencesOf(t, app, answer); !slices.Equal(got, want) {
					t.Errorf("the token is for %v, not %v", got, want)
				}
				return answer
			}
			code, verifier := app.Code(t, visitor(t), "alice", url.Values{"resource": {payroll, docs}})
			for name, target := range map[string]url.Values{
				"not granted":       {"resource": {docs}, "audience": {app.Object.Namespace + ".other"}},
				"not the client's":  {"resource": {"https://elsewhere.example"}},
				"below a granted":   {"resource": {docs + "/more"}},
				"an empty resource": {"resource": {docs, " "}},
			} {
				if answer := app.Redeem(t, code, verifier, target); answer.Status != http.StatusBadRequest || answer.Code() != "invalid_target" {
					t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
				}
			}
			// The refusals have not used up the code. Libraries add a slash.
			first := check(app.Redeem(t, code, verifier, url.Values{"resource": {"HTTPS://docs.example:443/mcp/"}}), docs)
			next := check(app.Refresh(t, refresh(first.JSON), url.Values{"resource": {payroll}}), payroll)
			if answer := app.Refresh(t, refresh(next.JSON), url.Values{"audience": {app.Object.Namespace + ".other"}}); answer.Code() != "invalid_target" {
				t.Errorf("a refresh that asks for more is answered %d %s", answer.Status, answer.Body)
			}
			check(app.Refresh(t, refresh(next.JSON), nil), payroll, docs)
		})
	}
}

// A Grant that was for no audience gives tokens for none.
func TestAResourceThatWasNotAskedFor(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Audiences = []oauthv1alpha1.Audience{payroll} })
	h := holding(t, app, visitor(t), "alice", nil)
	target := url.Values{"resource": {payroll}}
	denied(t, app.Redeem(t, h.code, h.verifier, target), "invalid_target")
	denied(t, app.Refresh(t, refresh(h.tokens), target), "invalid_target")
	if answer := app.Refresh(t, refresh(h.tokens), nil); answer.Status != http.StatusOK {
		t.Errorf("the refresh token was used up: %s", answer.Body)
	}
}
