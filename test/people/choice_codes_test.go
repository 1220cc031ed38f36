package people

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// Choice "a failed redemption": it changes nothing, and the right one still works.
func TestFailedRedemption(t *testing.T) {
	t.Parallel()
	app, other := newApp(t), newApp(t)
	code, verifier := app.Code(t, visitor(t), "alice", nil)
	for name, fail := range map[string]func() (installation.Answer, string){
		"another client": func() (installation.Answer, string) { return other.Redeem(t, code, verifier, nil), "invalid_grant" },
		"a wrong secret": func() (installation.Answer, string) {
			wrong := app
			wrong.Secret += "x"
			return wrong.Redeem(t, code, verifier, nil), "invalid_client"
		},
		"another redirect_uri": func() (installation.Answer, string) {
			return app.Redeem(t, code, verifier, url.Values{"redirect_uri": {"https://app.example/other"}}), "invalid_grant"
		},
		"a damaged code": func() (installation.Answer, string) {
			return app.Redeem(t, code[:len(code)-2]+"AA", verifier, nil), "invalid_grant"
		},
		"a code in pieces": func() (installation.Answer, string) {
			return app.Redeem(t, code[:len(code)/2], verifier, nil), "invalid_grant"
		},
		"no code": func() (installation.Answer, string) { return app.Redeem(t, "", verifier, nil), "invalid_request" },
		"another grant": func() (installation.Answer, string) {
			return app.Redeem(t, code, verifier, url.Values{"grant_type": {"refresh_token"}}), "invalid_request"
		},
		"as refresh token": func() (installation.Answer, string) { return app.Refresh(t, code, nil), "invalid_grant" },
		"code twice": func() (installation.Answer, string) {
			return app.Redeem(t, code, verifier, url.Values{"code": {code, code}}), "invalid_request"
		},
	} {
		t.Run(name, func(t *testing.T) {
			answer, wanted := fail()
			denied(t, answer, wanted)
		})
	}
	tokensOf(t, app.Redeem(t, code, verifier, nil))
}

// Choice "authorization codes": 60 s, or what the client says.
func TestCodeExpires(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.AuthorizationCode.Lifetime = &metav1.Duration{Duration: time.Second}
	})
	code, verifier := app.Code(t, visitor(t), "alice", nil)
	time.Sleep(1200 * time.Millisecond)
	denied(t, app.Redeem(t, code, verifier, nil), "invalid_grant")
	denied(t, app.Redeem(t, code, verifier, nil), "invalid_grant")
}

// A code is short enough for any URL.
func TestCodeIsShort(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	code, _ := app.Code(t, visitor(t), "alice", url.Values{
		"scope": {"openid profile email address phone groups offline_access read write"}, "nonce": {strings.Repeat("n", 128)}, "state": {""},
	})
	if len(code) >= 700 {
		t.Errorf("the code has %d characters", len(code))
	}
	if code, _ := app.Code(t, visitor(t), "alice", nil); len(code) > 400 {
		t.Errorf("an ordinary code has %d characters", len(code))
	}
}

// A sealed code has room for a nonce of 128 bytes.
func TestNonceTooLong(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	view, _ := authorize(t, app, visitor(t), url.Values{"nonce": {strings.Repeat("n", 129)}})
	refusedTo(t, app, view, "invalid_request")
}

// RFC 9207: every answer says who gives it. The page that a denial comes from sends
// the person back with it, too.
func TestDenied(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	view, _ := authorize(t, app, v, nil)
	view = v.SignIn(t, view, "alice", "alice-password")
	asksToAgree(t, view)
	view = v.Decide(t, view, "deny")
	refusedTo(t, app, view, "access_denied")
	if view.Status != http.StatusSeeOther {
		t.Errorf("the visitor is sent away with %d", view.Status)
	}
	view, _ = authorize(t, app, v, nil)
	asksToAgree(t, view)
}
