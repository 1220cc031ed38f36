package people

import (
	"crypto/sha256"
	"encoding/base64"
	"maps"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Choice "PKCE": what a request must send, for each kind of client.
func TestPKCE(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*oauthv1alpha1.OAuthClient){
		"Auto": func(*oauthv1alpha1.OAuthClient) {}, "Required": pkceRequired, "public": public, "Optional": pkceOptional,
	} {
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
	for name, change := range map[string]func(*oauthv1alpha1.OAuthClient){
		"Auto": func(*oauthv1alpha1.OAuthClient) {}, "Required": pkceRequired, "public": public, "Optional": pkceOptional,
	} {
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

// Choice "PKCE": a verifier outside of RFC 7636 section 4.1 is refused, even if it is that
// of the challenge.
func TestPKCEVerifierOutOfShape(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	good := strings.Repeat("Az09-._~", 16)
	for name, test := range map[string]struct{ verifier, refused string }{
		"128 characters": {good, ""}, "43 characters": {good[:43], ""}, "42 characters": {good[:42], "invalid_grant"}, "129 characters": {good + "A", "invalid_grant"},
		"a space": {good[:43] + " ", "invalid_grant"}, "base64": {good[:43] + "+/=", "invalid_grant"}, "an umlaut": {good[:43] + "\u00fc", "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			sum := sha256.Sum256([]byte(test.verifier))
			code, _ := app.Code(t, v, "alice", url.Values{"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}})
			if test.refused != "" {
				denied(t, app.Redeem(t, code, test.verifier, nil), test.refused)
				return
			}
			tokensOf(t, app.Redeem(t, code, test.verifier, nil))
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

// withoutChallenge are an authorization request without challenge, with more.
func withoutChallenge(more url.Values) url.Values {
	values := url.Values{"code_challenge": nil, "code_challenge_method": nil}
	maps.Copy(values, more)
	return values
}

// Choice "PKCE", Auto: a client with credentials may send a nonce in place of a challenge,
// in a request that gives an ID token. The refusal names the field.
func TestPKCEAuto(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	nonced := withoutChallenge(url.Values{"nonce": {"n-0S6_WzA2Mj"}})
	code, verifier := app.Code(t, v, "alice", nonced)
	denied(t, app.Redeem(t, code, verifier, nil), "invalid_grant")
	tokens := tokensOf(t, app.Redeem(t, code, "", nil))
	if got := identified(t, app, tokens); got["nonce"] != "n-0S6_WzA2Mj" {
		t.Errorf("the nonce of the ID token is %v", got["nonce"])
	}
	tokensOf(t, app.Refresh(t, refresh(tokens), nil))
	for name, more := range map[string]url.Values{
		"no nonce": nil, "an empty nonce": {"nonce": {""}}, "a nonce without ID token": {"nonce": {"n"}, "scope": {"read"}}, "a nonce without scope": {"nonce": {"n"}, "scope": nil},
	} {
		t.Run(name, func(t *testing.T) {
			view, _ := authorize(t, app, v, withoutChallenge(more))
			refusedTo(t, app, view, "invalid_request")
			if !strings.Contains(view.Param("error_description"), "spec.pkce") {
				t.Errorf("the refusal says %q", view.Param("error_description"))
			}
		})
	}
	for name, change := range map[string]func(*oauthv1alpha1.OAuthClient){"Required": pkceRequired, "public": public} {
		t.Run(name+" with a nonce", func(t *testing.T) {
			stricter := newApp(t, change)
			view, _ := authorize(t, stricter, v, nonced)
			refusedTo(t, stricter, view, "invalid_request")
		})
	}
}

// Choice "PKCE": a client that becomes stricter gets nothing without challenge any more:
// no code for a request, nor for one that is at a page already, and no tokens for a code.
func TestPKCEBecomesRequired(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before func(*oauthv1alpha1.OAuthClient)
		more   url.Values
	}{"from Optional": {pkceOptional, nil}, "from Auto": {func(*oauthv1alpha1.OAuthClient) {}, url.Values{"nonce": {"n"}}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app, v := newApp(t, test.before), visitor(t)
			without := withoutChallenge(test.more)
			code, _ := app.Code(t, v, "alice", without)
			asks := maps.Clone(without)
			asks.Set("prompt", "consent")
			page, _ := authorize(t, app, v, asks)
			asksToAgree(t, page)
			change(t, app.Object, pkceRequired)
			effective(t, func() bool {
				view, _ := authorize(t, app, v, without)
				return view.Param("error") == "invalid_request"
			})
			refusedTo(t, app, v.Decide(t, page, "allow"), "invalid_request")
			denied(t, app.Redeem(t, code, "", nil), "invalid_grant")
		})
	}
}
