package people

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// budgets counts steps of people and their applications.
type budgets struct {
	g      *installation.Installation
	ledger *installation.Ledger
}

// step does something and checks what it cost at the API server.
func (b *budgets) step(t *testing.T, what string, wanted devenv.Counts, do func()) {
	t.Helper()
	b.ledger.Step(t, what, wanted, do)
}

// Budgets of section 5 of the design, counted exactly.
func TestBudgetsOfUsers(t *testing.T) {
	t.Parallel()
	g, proxy := installation.Isolated(t)
	namespace := devenv.Namespace(t, g.Kube.Config)
	app := g.NewApp(t, installation.Application(namespace, "app"))
	prompting := g.NewApp(t, installation.Application(namespace, "prompting", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Consent = oauthv1alpha1.ConsentPrompt
	}))
	keys := newObjectSigner(t, jose.ES256)
	signing := g.NewApp(t, installation.Application(namespace, "signing", keys.keys(t)))
	b := &budgets{g: g, ledger: installation.NewLedger(t, g, proxy)}
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	b.pages(t, app, v)
	b.tokens(t, app, v)
	b.pushed(t, app, v)
	b.signed(t, signing, keys, v)
	b.prompt(t, prompting, v)
	b.refusals(t, app, prompting, v)
	b.strangers(t, app)
	b.leaving(t, v)
}

func (b *budgets) pages(t *testing.T, app installation.App, v *installation.Visitor) {
	var view installation.View
	to, verifier := app.AuthorizationURL(nil)
	b.step(t, "an authorization request of nobody", installation.Asks(), func() { view = v.Get(t, to) })
	b.step(t, "a wrong password", installation.Asks(), func() { view = v.SignIn(t, view, "alice", "wrong") })
	b.step(t, "signing in, and the page that it leads to",
		installation.Asks("create logins", "get consents", "get logins", "get consents"),
		func() { view = v.SignIn(t, view, "alice", "alice-password") })
	b.step(t, "agreeing", installation.Asks("get logins", "get consents", "create consents"), func() { view = v.Decide(t, view, "allow") })
	code := view.Param("code")
	b.step(t, "redeeming", installation.Asks("get logins", "get consents", "create grants"), func() { mustBeOK(t, app.Redeem(t, code, verifier, nil)) })
	b.step(t, "a second time", installation.Asks("get logins", "get consents", "get grants", "update grants"), func() { app.Redeem(t, code, verifier, nil) })
	b.step(t, "signing in again, and to be asked by nobody",
		installation.Asks("get logins", "get logins", "get consents", "update logins", "get consents"), func() {
			to, _ := app.AuthorizationURL(url.Values{"prompt": {"login"}})
			if view = v.SignIn(t, v.Get(t, to), "alice", "alice-password"); view.Param("code") == "" {
				t.Errorf("got %d %v", view.Status, view.Elsewhere)
			}
		})
}

func (b *budgets) tokens(t *testing.T, app installation.App, v *installation.Visitor) {
	bound := map[bool][]string{true: {"get logins"}, false: nil}
	for _, scope := range []string{"openid profile", "openid profile offline_access", "read"} {
		login := bound[strings.HasPrefix(scope, "openid") && !strings.Contains(scope, "offline")]
		var code, verifier string
		more := url.Values{"scope": {scope}}
		app.Code(t, v, "alice", more)
		b.step(t, "a code for "+scope, installation.Asks("get logins", "get consents"), func() { code, verifier = app.Code(t, v, "alice", more) })
		var got installation.Answer
		b.step(t, "redeeming it", installation.Asks("get logins", "get consents", "create grants"), func() { got = app.Redeem(t, code, verifier, nil) })
		mustBeOK(t, got)
		access, _ := got.JSON["access_token"].(string)
		refresh, _ := got.JSON["refresh_token"].(string)
		b.step(t, "introspecting it", installation.Asks("get grants"), func() { b.introspect(t, app, access) })
		b.step(t, "introspecting its refresh token", installation.Asks(append(login, "get grants")...), func() { b.introspect(t, app, refresh) })
		if strings.HasPrefix(scope, "openid") {
			b.step(t, "userinfo", installation.Asks("get grants"), func() { mustBeOK(t, b.userinfo(t, access)) })
		}
		b.step(t, "refreshing it", installation.Asks(append(login, "get grants", "update grants")...), func() { mustBeOK(t, app.Refresh(t, refresh, nil)) })
		b.step(t, "refreshing it once more within grace", installation.Asks(append(login, "get grants")...), func() { mustBeOK(t, app.Refresh(t, refresh, nil)) })
		b.size(t, refresh)
		for _, times := range []string{"a first", "a second"} {
			cost := installation.Asks("get grants", "get grants")
			if times == "a first" {
				cost = installation.Asks("get grants", "get grants", "update grants")
			}
			b.step(t, times+" revocation", cost, func() {
				mustBeOK(t, app.Post(t, "/revoke", url.Values{"token": {refresh}}))
			})
		}
	}
}

// pushed is for requests that were pushed: no more writes, and one more read for each code.
func (b *budgets) pushed(t *testing.T, app installation.App, v *installation.Visitor) {
	var to, verifier string
	more := url.Values{"scope": {"openid profile"}}
	app.Code(t, v, "alice", more)
	nobody := installation.NewVisitor(http.DefaultTransport, b.g.Issuer)
	b.step(t, "pushing a request", installation.Asks(), func() { to, verifier, _ = app.Push(t, more) })
	b.step(t, "bringing it, as nobody", installation.Asks(), func() { nobody.Get(t, to) })
	var codes []string
	for range 2 {
		b.step(t, "bringing it", installation.Asks("get logins", "get consents", "get grants"), func() { codes = append(codes, v.Get(t, to).Param("code")) })
	}
	b.step(t, "redeeming its code", installation.Asks("get logins", "get consents", "create grants"), func() { mustBeOK(t, app.Redeem(t, codes[0], verifier, nil)) })
	b.step(t, "redeeming another code of it", installation.Asks("get logins", "get consents", "get grants"), func() { app.Redeem(t, codes[1], verifier, nil) })
	b.step(t, "bringing it after that", installation.Asks("get logins", "get consents", "get grants"), func() { v.Get(t, to) })
	b.step(t, "altered ones", installation.Asks(), func() {
		for n := range 20 {
			v.Get(t, to[:len(to)-1-n])
		}
	})
}

// signed is for requests that the client signed: they cost what others cost.
func (b *budgets) signed(t *testing.T, app installation.App, keys objectSigner, v *installation.Visitor) {
	app.Code(t, v, "alice", nil)
	nobody := installation.NewVisitor(http.DefaultTransport, b.g.Issuer)
	object, verifier := keys.object(t, app, nil)
	b.step(t, "a signed request, as nobody", installation.Asks(), func() { nobody.Get(t, bring(app, object, nil)) })
	var code string
	b.step(t, "a signed request", installation.Asks("get logins", "get consents"), func() { code = v.Get(t, bring(app, object, nil)).Param("code") })
	b.step(t, "redeeming its code", installation.Asks("get logins", "get consents", "create grants"), func() { mustBeOK(t, app.Redeem(t, code, verifier, nil)) })
	b.step(t, "pushing a signed request", installation.Asks(), func() {
		if answer := app.Post(t, "/par", url.Values{"request": {object}}); answer.Status != http.StatusCreated {
			t.Errorf("/par answers %d %s", answer.Status, answer.Body)
		}
	})
	b.step(t, "signed requests that are altered", installation.Asks(), func() {
		for n := range 20 {
			v.Get(t, bring(app, object[:len(object)-1-n], nil))
		}
	})
}

// prompt is for clients that ask each time: nothing is remembered, so nothing read.
func (b *budgets) prompt(t *testing.T, app installation.App, v *installation.Visitor) {
	var view installation.View
	to, verifier := app.AuthorizationURL(nil)
	b.step(t, "being asked each time", installation.Asks("get logins"), func() { view = v.Get(t, to) })
	b.step(t, "agreeing for once", installation.Asks("get logins"), func() { view = v.Decide(t, view, "allow") })
	b.step(t, "redeeming that", installation.Asks("get logins", "create grants"), func() { mustBeOK(t, app.Redeem(t, view.Param("code"), verifier, nil)) })
}

// refusals are requests of a known user that must change nothing.
func (b *budgets) refusals(t *testing.T, app, other installation.App, v *installation.Visitor) {
	code, verifier := app.Code(t, v, "alice", nil)
	wrong, _ := installation.Verifier()
	b.step(t, "redemptions that are wrong", installation.Asks(), func() {
		for _, answer := range []installation.Answer{
			app.Redeem(t, code, wrong, nil), app.Redeem(t, code, verifier, url.Values{"redirect_uri": {"https://elsewhere.example"}}),
			other.Redeem(t, code, verifier, nil), app.Redeem(t, code+"x", verifier, nil), app.Redeem(t, "gac_x", verifier, nil),
		} {
			if answer.Code() != "invalid_grant" {
				t.Errorf("got %d %s", answer.Status, answer.Body)
			}
		}
	})
	answer := app.Redeem(t, code, verifier, nil)
	mustBeOK(t, answer)
	refresh, _ := answer.JSON["refresh_token"].(string)
	b.step(t, "refresh tokens of others", installation.Asks("get grants"), func() {
		other.Refresh(t, refresh, nil)
		app.Refresh(t, refresh[:len(refresh)-4]+"AAAA", nil)
		app.Refresh(t, "grt_00000000000000000000000000000000.1.x", nil)
	})
	mustBeOK(t, app.Refresh(t, refresh, nil))
	b.step(t, "what is no refresh token", installation.Asks(), func() {
		for _, text := range []string{"", "grt_", "grt_x.1.y", code, strings.Repeat("x", 5000)} {
			app.Refresh(t, text, nil)
		}
	})
}

// strangers sends what nobody has authenticated: 2,000 requests, of which 50 are
// wrong passwords.
func (b *budgets) strangers(t *testing.T, app installation.App) {
	nobody := installation.App{Issuer: app.Issuer, ID: app.ID, Secret: "wrong", Redirect: app.Redirect}
	v := installation.NewVisitor(http.DefaultTransport, app.Issuer)
	to, verifier := app.AuthorizationURL(nil)
	statuses, wrong := map[int]int{}, map[int]int{}
	b.step(t, "two thousand requests of strangers", installation.Asks(), func() {
		for n := range 2000 {
			switch {
			case n%40 == 0:
				wrong[v.SignIn(t, v.Get(t, to), []string{"alice", "nobody"}[n/40%2], "wrong").Status]++
				continue
			case n%4 == 0:
				statuses[v.Get(t, to).Status]++
				continue
			}
			statuses[[]func() installation.Answer{
				func() installation.Answer { return nobody.Redeem(t, "gac_x", verifier, nil) },
				func() installation.Answer { return nobody.Refresh(t, "grt_00000000000000000000000000000000.1.x", nil) },
				func() installation.Answer { return nobody.Post(t, "/introspect", url.Values{"token": {"x"}}) },
				func() installation.Answer { return nobody.Post(t, "/revoke", url.Values{"token": {"x"}}) },
				func() installation.Answer { return b.userinfo(t, "x") },
				func() installation.Answer { return app.Post(t, "/login", url.Values{"flow": {"x"}}) },
				func() installation.Answer {
					return app.Post(t, "/consent", url.Values{"flow": {"x"}, "decision": {"allow"}})
				},
			}[n%7]().Status]++
		}
	})
	t.Logf("answers by status: %v, to wrong passwords: %v", statuses, wrong)
	for status := range statuses {
		if status >= 500 {
			t.Errorf("%d requests were answered with %d", statuses[status], status)
		}
	}
	// How many are too many depends on how long this took.
	if wrong[http.StatusForbidden] == 0 || wrong[http.StatusForbidden]+wrong[http.StatusTooManyRequests] != 50 {
		t.Errorf("wrong passwords were answered with %v", wrong)
	}
}

func (b *budgets) leaving(t *testing.T, v *installation.Visitor) {
	var view installation.View
	b.step(t, "the page to sign out", installation.Asks("get logins"), func() { view = v.Get(t, b.g.Issuer+"/logout") })
	b.step(t, "signing out", installation.Asks("get logins", "get logins", "update logins"), func() { view = v.Decide(t, view, "allow") })
}

func (b *budgets) introspect(t *testing.T, app installation.App, token string) {
	t.Helper()
	if answer := app.Post(t, "/introspect", url.Values{"token": {token}}); answer.JSON["active"] != true {
		t.Errorf("introspection answers %d %s", answer.Status, answer.Body)
	}
}

func (b *budgets) userinfo(t *testing.T, token string) installation.Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.g.Issuer+"/userinfo", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return installation.Do(t, request)
}

// mostStored is how many bytes key and value of a Grant may have in etcd.
const mostStored = 1900

// size checks the Grant of a refresh token as the API server stores it: as JSON with
// everything but the resource version.
func (b *budgets) size(t *testing.T, refresh string) {
	t.Helper()
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(sessionv1alpha1.GroupVersion.WithKind("Grant"))
	name, _, _ := strings.Cut(strings.TrimPrefix(refresh, "grt_"), ".")
	if err := b.g.Admin.Get(t.Context(), client.ObjectKey{Namespace: devenv.SystemNamespace, Name: name}, object); err != nil {
		t.Fatal(err)
	}
	object.SetResourceVersion("")
	value, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	size := len("/registry/session.grantor.dev/grants/"+devenv.SystemNamespace+"/"+name) + len(value)
	t.Logf("the Grant has %d bytes", size)
	if size > mostStored {
		t.Errorf("the Grant has %d bytes: %s", size, value)
	}
}

func mustBeOK(t testing.TB, answer installation.Answer) {
	t.Helper()
	if answer.Status != http.StatusOK {
		t.Errorf("got %d %s", answer.Status, answer.Body)
	}
}
