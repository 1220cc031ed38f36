package people

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// receiver is where an application listens for logout tokens.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	tokens []string
}

// listening starts a receiver that answers each request as told.
func listening(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request)) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		r.mu.Lock()
		r.tokens = append(r.tokens, request.PostFormValue("logout_token"))
		n := len(r.tokens)
		r.mu.Unlock()
		answer(n, w, request)
	}))
	t.Cleanup(r.Close)
	return r
}

func accepts(int, http.ResponseWriter, *http.Request) {}

// is makes it the receiver of an application.
func (r *receiver) is(c *oauthv1alpha1.OAuthClient) {
	c.Spec.Logout.BackchannelURI = oauthv1alpha1.BackchannelURI(r.URL + "/logout?tenant=a")
}

func (r *receiver) received() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.tokens...)
}

// await returns the tokens once there are as many.
func (r *receiver) await(t *testing.T, count int) []string {
	t.Helper()
	installation.Eventually(t, 20*time.Second, func() bool { return len(r.received()) >= count }, func() string {
		return fmt.Sprintf("logout token number %d; there are %d", count, len(r.received()))
	})
	return r.received()
}

// loggedOut returns the claims of a logout token that an ordinary library accepts.
func loggedOut(t *testing.T, app installation.App, raw, algorithm string) claims {
	t.Helper()
	provider, err := oidc.NewProvider(t.Context(), app.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	token, err := provider.Verifier(&oidc.Config{ClientID: app.ID, SupportedSigningAlgs: []string{algorithm}}).VerifyLogout(t.Context(), raw)
	if err != nil {
		t.Fatalf("the logout token does not verify: %v", err)
	}
	out := claims{}
	if err := token.Claims(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func signsOut(t *testing.T, v *installation.Visitor) {
	t.Helper()
	v.Decide(t, v.Get(t, grantor(t).Issuer+"/logout"), "allow")
}

// OpenID Connect Back-Channel Logout 1.0: every application to which the browser signed
// in is notified, with its own token, and no other.
func TestBackchannelLogout(t *testing.T) {
	t.Parallel()
	first, second, third := listening(t, accepts), listening(t, accepts), listening(t, accepts)
	one, two := newApp(t, first.is), newApp(t, second.is, pairwise, es256)
	unused := newApp(t, third.is)
	v, other := visitor(t), visitor(t)
	sessions := map[string]claims{
		one.ID: identified(t, one, one.Tokens(t, v, "alice", nil)), two.ID: verified(t, two, two.Tokens(t, v, "alice", nil), "ES256"),
	}
	elsewhere := identified(t, unused, unused.Tokens(t, other, "alice", nil))
	before := time.Now().Add(-2 * time.Second).Unix()
	signsOut(t, v)
	var seen []any
	for _, told := range []struct {
		app       installation.App
		receiver  *receiver
		algorithm string
	}{{one, first, "RS256"}, {two, second, "ES256"}} {
		raw := told.receiver.await(t, 1)[0]
		got, session := loggedOut(t, told.app, raw, told.algorithm), sessions[told.app.ID]
		for _, name := range []string{"iss", "aud", "sub", "sid"} {
			if got[name] != session[name] || text(got[name]) == "" {
				t.Errorf("%s is %v, in the ID token %v", name, got[name], session[name])
			}
		}
		issued, _ := got["iat"].(float64)
		expires, _ := got["exp"].(float64)
		if int64(issued) < before || expires-issued != 120 || text(got["jti"]) == "" || got["nonce"] != nil {
			t.Errorf("the logout token says %v", got)
		}
		header, _, _ := strings.Cut(raw, ".")
		if decoded(t, header)["typ"] != "logout+jwt" {
			t.Errorf("the header is %v", decoded(t, header))
		}
		// It is no ID token.
		view, _ := authorize(t, told.app, v, url.Values{"id_token_hint": {raw}})
		refusedTo(t, told.app, view, "invalid_request")
		seen = append(seen, got["sid"])
	}
	if seen[0] == seen[1] || seen[0] == elsewhere["sid"] {
		t.Error("two sessions have one sid")
	}
	// The other browser of the same person is still signed in, and ends later.
	if tokens := third.received(); len(tokens) != 0 {
		t.Errorf("an application without a session was told %d times", len(tokens))
	}
	signsOut(t, other)
	if got := loggedOut(t, unused, third.await(t, 1)[0], "RS256"); got["sid"] != elsewhere["sid"] {
		t.Errorf("the sid is %v, in the ID token %v", got["sid"], elsewhere["sid"])
	}
	for _, r := range []*receiver{first, second, third} {
		if tokens := r.received(); len(tokens) != 1 {
			t.Errorf("one logout is told %d times", len(tokens))
		}
	}
}

// A Grant that goes on without the Login, one that has expired and one that the
// application gave back belong to a session all the same.
func TestBackchannelLogoutOfEveryKindOfGrant(t *testing.T) {
	t.Parallel()
	offline, brief, revoked := listening(t, accepts), listening(t, accepts), listening(t, accepts)
	v := visitor(t)
	app := newApp(t, offline.is)
	kept := app.Tokens(t, v, "bob", url.Values{"scope": {"openid offline_access"}})
	sid := identified(t, app, kept)["sid"]
	again := tokensOf(t, app.Refresh(t, refresh(kept), nil))
	if got := identified(t, app, again)["sid"]; got != sid || sid == nil {
		t.Errorf("the sid was %v and is %v after a refresh", sid, got)
	}
	short := newApp(t, brief.is, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.GrantTypes = []oauthv1alpha1.GrantType{oauthv1alpha1.GrantAuthorizationCode}
		c.Spec.Tokens.AccessToken.Lifetime = &metav1.Duration{Duration: time.Second}
	})
	short.Tokens(t, v, "bob", nil)
	back := newApp(t, revoked.is)
	back.Post(t, "/revoke", url.Values{"token": {refresh(back.Tokens(t, v, "bob", nil))}})
	nextSecond()
	nextSecond()
	signsOut(t, v)
	if got := loggedOut(t, app, offline.await(t, 1)[0], "RS256"); got["sid"] != sid {
		t.Errorf("the sid is %v, in the ID token %v", got["sid"], sid)
	}
	loggedOut(t, short, brief.await(t, 1)[0], "RS256")
	loggedOut(t, back, revoked.await(t, 1)[0], "RS256")
	tokensOf(t, app.Refresh(t, refresh(again), nil))
}

// A login that is ended from another browser.
func TestBackchannelLogoutFromTheAccountPage(t *testing.T) {
	t.Parallel()
	r := listening(t, accepts)
	app := newApp(t, r.is)
	person := newPerson(t).Spec.Username
	away, here := visitor(t), visitor(t)
	session := identified(t, app, app.Tokens(t, away, person, nil))
	app.Tokens(t, here, person, nil)
	view := here.Get(t, app.Issuer+"/account")
	ended := false
	for _, form := range view.Forms {
		if form.Values.Get("action") == "end" && !strings.Contains(around(view.Body, form.Values.Get("id")), "This browser") {
			here.Submit(t, view, form, nil)
			ended = true
		}
	}
	if !ended {
		t.Fatalf("/account has no form to end a login with: %s", view.Body)
	}
	installation.Eventually(t, 20*time.Second, func() bool {
		return slices.ContainsFunc(r.received(), func(raw string) bool { return loggedOut(t, app, raw, "RS256")["sid"] == session["sid"] })
	}, func() string { return "logout token of the login that was ended" })
}

// An application that fails is asked again, one that hangs delays no other.
func TestBackchannelLogoutIsTriedAgain(t *testing.T) {
	t.Parallel()
	failing := listening(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		switch n {
		case 1:
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			panic(http.ErrAbortHandler)
		}
	})
	hanging := listening(t, func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	good := listening(t, accepts)
	v := visitor(t)
	var apps []installation.App
	for _, r := range []*receiver{failing, hanging, good} {
		app := newApp(t, r.is)
		app.Tokens(t, v, "alice", nil)
		apps = append(apps, app)
	}
	start := time.Now()
	signsOut(t, v)
	good.await(t, 1)
	if took := time.Since(start); took > 2500*time.Millisecond {
		t.Errorf("with one that hangs, the others are told after %s", took)
	}
	jtis := map[any]bool{}
	for _, raw := range failing.await(t, 3) {
		jtis[loggedOut(t, apps[0], raw, "RS256")["jti"]] = true
	}
	if len(jtis) != 3 {
		t.Errorf("three tries have %d token ids", len(jtis))
	}
	hanging.await(t, 2)
	nextSecond()
	if tokens := failing.received(); len(tokens) != 3 {
		t.Errorf("an application that has accepted is told again: %d times", len(tokens))
	}
}

// A redirect could lead the server to what only it can reach.
func TestBackchannelLogoutFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	inside := listening(t, accepts)
	r := listening(t, func(_ int, w http.ResponseWriter, request *http.Request) {
		http.Redirect(w, request, inside.URL, http.StatusTemporaryRedirect)
	})
	app, v := newApp(t, r.is), visitor(t)
	app.Tokens(t, v, "alice", nil)
	refused := notices(t, "refused")
	signsOut(t, v)
	r.await(t, 1)
	installation.Eventually(t, 10*time.Second, func() bool { return notices(t, "refused") > refused }, func() string { return "notice that counts as refused" })
	if tokens := inside.received(); len(tokens) != 0 {
		t.Error("the redirect was followed")
	}
	if tokens := r.received(); len(tokens) != 1 {
		t.Errorf("who redirects is asked %d times", len(tokens))
	}
}

// An address that is never called appears only in the server's log and metrics.
func TestBackchannelLogoutToMetadata(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Logout.BackchannelURI = "https://169.254.169.254/latest" })
	v := visitor(t)
	app.Tokens(t, v, "alice", nil)
	refused := notices(t, "refused")
	signsOut(t, v)
	installation.Eventually(t, 10*time.Second, func() bool { return notices(t, "refused") > refused }, func() string { return "notice that counts as refused" })
}

// notices is how many notices had an outcome, at all replicas.
func notices(t *testing.T, outcome string) float64 {
	t.Helper()
	sum := 0.0
	for _, server := range grantor(t).Servers {
		response, err := http.Get(server.Options().MetricsURL + "/metrics")
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(response.Body)
		for lines.Scan() {
			var n float64
			if _, err := fmt.Sscanf(lines.Text(), `grantor_logout_notices_total{outcome="`+outcome+`"} %g`, &n); err == nil {
				sum += n
			}
		}
		response.Body.Close()
	}
	return sum
}
