package people

import (
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Choice "PKCE": what a request must send, for each kind of client.
func TestPKCE(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*oauthv1alpha1.OAuthClient){"Required": func(*oauthv1alpha1.OAuthClient) {}, "public": public, "Optional": pkceOptional} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := newApp(t, change)
			v := visitor(t)
			app.Tokens(t, v, "alice", nil)
			verifier, challenge := installation.Verifier()
			for wrong, values := range map[string]url.Values{
				"plain":                {"code_challenge_method": {"plain"}},
				"plain, by its name":   {"code_challenge": {verifier}, "code_challenge_method": {"plain"}},
				"no method, so plain":  {"code_challenge_method": nil},
				"another method":       {"code_challenge_method": {"s256"}},
				"an unknown method":    {"code_challenge_method": {"S512"}},
				"a method alone":       {"code_challenge": nil},
				"too short":            {"code_challenge": {"abc"}},
				"one character less":   {"code_challenge": {challenge[1:]}},
				"padded":               {"code_challenge": {challenge + "="}},
				"not base64url":        {"code_challenge": {strings.Repeat("+", 43)}},
				"bits behind the end":  {"code_challenge": {strings.Repeat("A", 42) + "B"}},
				"a line break in it":   {"code_challenge": {challenge[:20] + "\n" + challenge[20:]}},
				"as long as a message": {"code_challenge": {strings.Repeat("A", 5000)}},
			} {
				t.Run(wrong, func(t *testing.T) {
					view, _ := authorize(t, app, v, values)
					refusedTo(t, app, view, "invalid_request")
				})
			}
			if name != "Optional" {
				view, _ := authorize(t, app, v, url.Values{"code_challenge": nil, "code_challenge_method": nil})
				refusedTo(t, app, view, "invalid_request")
			}
		})
	}
}

// Choices "PKCE" and "a failed redemption": whatever went wrong before, the code
// demands its verifier, and the right one still works.
func TestPKCEWrongVerifierChangesNothing(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*oauthv1alpha1.OAuthClient){"Required": func(*oauthv1alpha1.OAuthClient) {}, "public": public, "Optional": pkceOptional} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := newApp(t, change)
			code, verifier := app.Code(t, visitor(t), "alice", nil)
			other, _ := installation.Verifier()
			_, challenge := installation.Verifier()
			for _, wrong := range []string{
				other, "", "", challenge, verifier[:42], verifier + "=", verifier + " ", strings.ToUpper(verifier), verifier + "\x00", strings.Repeat("x", 128), strings.Repeat("x", 5000), "\u00fc", "",
			} {
				denied(t, app.Redeem(t, code, wrong, nil), "invalid_grant")
			}
			tokens := tokensOf(t, app.Redeem(t, code, verifier, nil))
			tokensOf(t, app.Refresh(t, refresh(tokens), nil))
		})
	}
}

// Choice "PKCE", Optional: a challenge may be left out, and then a verifier is refused:
// somebody may have removed the challenge.
func TestPKCEOptional(t *testing.T) {
	t.Parallel()
	app, v := newApp(t, pkceOptional), visitor(t)
	without := url.Values{"code_challenge": nil, "code_challenge_method": nil}
	code, verifier := app.Code(t, v, "alice", without)
	denied(t, app.Redeem(t, code, verifier, nil), "invalid_grant")
	tokensOf(t, app.Redeem(t, code, "", nil))
}

// Choice "PKCE": a client that becomes stricter gets nothing for a code without
// challenge any more.
func TestPKCEBecomesRequired(t *testing.T) {
	t.Parallel()
	app, v := newApp(t, pkceOptional), visitor(t)
	without := url.Values{"code_challenge": nil, "code_challenge_method": nil}
	app.Code(t, v, "alice", without)
	change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.PKCE = oauthv1alpha1.PKCERequired })
	within2s(t, func() bool {
		view, _ := authorize(t, app, v, without)
		return view.Param("error") == "invalid_request"
	})
}
