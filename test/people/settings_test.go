package people

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// setting changes the OAuthServer that all tests share until the test ends, so such a
// test is not parallel.
func setting(t *testing.T, how func(*oauthv1alpha1.OAuthServer)) {
	t.Helper()
	former := grantor(t).ChangeServer(t, how)
	t.Cleanup(func() {
		grantor(t).ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec = former.Spec })
	})
}

func brief() *metav1.Duration { return &metav1.Duration{Duration: time.Second} }

// pageLifetime: a page that has expired says so and leads nowhere.
func TestPageExpires(t *testing.T) {
	app, v := newApp(t), visitor(t)
	setting(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Login.PageLifetime = brief() })
	installation.Eventually(t, 10*time.Second, func() bool {
		view, _ := authorize(t, app, v, nil)
		form, _ := view.LoginForm()
		nextSecond()
		view = v.Submit(t, view, form, url.Values{"username": {"nobody"}, "password": {"wrong"}})
		return view.Status == http.StatusBadRequest && view.Elsewhere == nil && len(view.Forms) == 0
	}, func() string { return "page that has expired" })
}

// sessionLifetime: a Login ends by itself, and with it what is bound to it.
func TestLoginExpires(t *testing.T) {
	app := newApp(t)
	setting(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Login.SessionLifetime = brief() })
	installation.Eventually(t, 10*time.Second, func() bool {
		v := visitor(t)
		view, verifier := authorize(t, app, v, nil)
		code := v.Through(t, view, "alice").Elsewhere.Query().Get("code")
		answer := app.Redeem(t, code, verifier, nil)
		time.Sleep(2100 * time.Millisecond)
		view, _ = authorize(t, app, v, url.Values{"prompt": {"none"}})
		return view.Param("error") == "login_required" && app.Refresh(t, refresh(answer.JSON), nil).Code() == "invalid_grant"
	}, func() string { return "Login that has ended" })
}

// Choice "refresh rotation": the grace period is configurable, down to none.
func TestGracePeriodIsConfigurable(t *testing.T) {
	app, v := newApp(t), visitor(t)
	setting(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Tokens.RefreshToken.GracePeriod = &metav1.Duration{} })
	installation.Eventually(t, 10*time.Second, func() bool {
		first := app.Tokens(t, v, "alice", nil)
		second := tokensOf(t, app.Refresh(t, refresh(first), nil))
		return app.Refresh(t, refresh(first), nil).Code() == "invalid_grant" && app.Refresh(t, refresh(second), nil).Code() == "invalid_grant"
	}, func() string { return "reuse that ends everything at once" })
}

// A client that may repeat a refresh until its result was used needs no grace period, and
// the token before the previous one still ends everything. A client can choose otherwise
// than its server, either way.
func TestRefreshIsRepeatedUntilItsResultIsUsed(t *testing.T) {
	retry := func(retry oauthv1alpha1.RefreshTokenRetry) installation.App {
		return newApp(t, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Tokens.RefreshToken.Retry = retry })
	}
	v, usual := visitor(t), retry("")
	until, grace := retry(oauthv1alpha1.RefreshTokenRetryUntilUsed), retry(oauthv1alpha1.RefreshTokenRetryGracePeriod)
	repeats := func(app installation.App) bool {
		first := app.Tokens(t, v, "alice", nil)
		tokensOf(t, app.Refresh(t, refresh(first), nil))
		return app.Refresh(t, refresh(first), nil).Status == http.StatusOK
	}
	setting(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Tokens.RefreshToken.GracePeriod = &metav1.Duration{} })
	installation.Eventually(t, 10*time.Second, func() bool { return !repeats(usual) }, func() string { return "server without a grace period" })

	first := until.Tokens(t, v, "alice", nil)
	second := tokensOf(t, until.Refresh(t, refresh(first), nil))
	for _, replica := range replicas(t) {
		if again := tokensOf(t, through(until, replica).Refresh(t, refresh(first), nil)); refresh(again) != refresh(second) {
			t.Error("the previous token has two successors")
		}
	}
	third := tokensOf(t, until.Refresh(t, refresh(second), nil))
	alive(t, until, third)
	denied(t, until.Refresh(t, refresh(first), nil), "invalid_grant")
	dead(t, until, third)

	setting(t, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Tokens.RefreshToken.GracePeriod = &metav1.Duration{}
		s.Spec.Tokens.RefreshToken.Retry = oauthv1alpha1.RefreshTokenRetryUntilUsed
	})
	installation.Eventually(t, 10*time.Second, func() bool { return repeats(usual) }, func() string { return "server that lets refreshes be repeated" })
	if repeats(grace) {
		t.Error("a client with a grace period of none repeats a refresh")
	}
}
