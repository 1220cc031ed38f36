package lifecycle

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// A person goes through everything, and sends everything to where it does not belong;
// then nothing public may hold what browsers and applications hold, nor who it is.
func TestNothingPublicHoldsWhatUsersHold(t *testing.T) {
	g := grantor(t)
	rememberKeys(t, g)
	user, password := discreet(t, g)
	app := g.NewApp(t, installation.Application(namespace(t), "nosy"))
	remember([]byte(app.Secret))
	visit := &visit{Visitor: installation.NewVisitor(http.DefaultTransport, g.Issuer, g.Servers[1].Options().URL), app: app}

	visit.signIn(t, user, password)
	tokens := visit.tokens(t, user, password, "openid profile email offline_access")
	successor := app.Refresh(t, tokens["refresh_token"], nil)
	visit.hold(successor.JSON["access_token"], successor.JSON["refresh_token"], successor.JSON["id_token"])
	visit.misplace(t)
	for _, path := range []string{"/introspect", "/revoke"} {
		if answer := app.Post(t, path, url.Values{"token": {tokens["refresh_token"]}}); answer.Status != http.StatusOK {
			t.Errorf("%s answers %d %s", path, answer.Status, answer.Body)
		}
	}
	if answer := app.Refresh(t, tokens["refresh_token"], nil); answer.Code() != "invalid_grant" {
		t.Errorf("a revoked refresh token is answered %d %s", answer.Status, answer.Body)
	}
	visit.tokens(t, user, password, "openid")
	hint := url.Values{"id_token_hint": {tokens["id_token"]}, "state": {visit.secret()}}
	visit.Decide(t, visit.Get(t, g.Issuer+"/logout?"+hint.Encode()), "allow")

	if len(visit.held) < 20 {
		t.Fatalf("only %d values were seen", len(visit.held))
	}
	places := public(t, g)
	for _, kind := range []string{"GrantList", "LoginList", "ConsentList"} {
		if place := places["*v1alpha1."+kind]; !strings.Contains(string(place), "local:"+string(user.UID)) {
			t.Errorf("the %s that was searched has nothing of the person", kind)
		}
	}
	if leaks := leaked(places); len(leaks) > 0 {
		t.Errorf("leaks:\n%s", strings.Join(leaks, "\n"))
	}
}

// discreet creates a user of whom nothing but the subject may be seen.
func discreet(t *testing.T, g *installation.Installation) (user *oauthv1alpha1.OAuthUser, password string) {
	t.Helper()
	password = "password-" + rand.Text()
	hash := installation.CheapHash(password)
	meta := metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: "discreet"}
	user = &oauthv1alpha1.OAuthUser{ObjectMeta: meta}
	user.Spec.Username, user.Spec.PasswordSecretRef = "username-"+rand.Text(), &oauthv1alpha1.PasswordSecretReference{Name: meta.Name}
	user.Spec.Email, user.Spec.DisplayName = rand.Text()+"@example.com", "Somebody "+rand.Text()
	for _, object := range []client.Object{&corev1.Secret{ObjectMeta: meta, Data: map[string][]byte{"password-hash": hash}}, user} {
		if err := g.Admin.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = g.Admin.Delete(t.Context(), object) })
	}
	remember([]byte(password), hash, []byte(user.Spec.Username), []byte(user.Spec.Email), []byte(user.Spec.DisplayName))
	for part := range strings.SplitSeq(string(hash), "$") {
		remember([]byte(part))
	}
	return user, password
}

// visit is a visitor with all the secret values that it, or the application, came to
// hold.
type visit struct {
	*installation.Visitor
	app  installation.App
	held map[string]bool
}

// hold remembers values, and the parts that make them secret: the rest may be the name
// of an object.
func (v *visit) hold(values ...any) {
	if v.held == nil {
		v.held = map[string]bool{}
	}
	for _, value := range values {
		text, _ := value.(string)
		if len(text) < 16 {
			continue
		}
		v.held[text] = true
		secret := text[strings.LastIndex(text, ".")+1:]
		raw, _ := base64.RawURLEncoding.DecodeString(secret)
		remember([]byte(text), []byte(secret), raw)
	}
}

// secret returns a unique value.
func (v *visit) secret() string {
	text := "chosen-" + rand.Text()
	v.hold(text)
	return text
}

// look holds what a page and its cookies hold.
func (v *visit) look(view installation.View) installation.View {
	for _, form := range view.Forms {
		v.hold(form.Values.Get("flow"))
	}
	for _, cookie := range v.Cookies(v.app.Issuer) {
		v.hold(cookie.Value)
	}
	v.hold(view.Param("code"))
	return view
}

// signIn signs in with the first password that the servers know, after a wrong one.
func (v *visit) signIn(t *testing.T, user *oauthv1alpha1.OAuthUser, password string) {
	t.Helper()
	start := v.look(v.Get(t, v.app.Issuer+"/account"))
	v.look(v.SignIn(t, start, password, v.secret()))
	// Each try counts as a wrong password, so there are few.
	for range 5 {
		view := v.look(v.SignIn(t, start, user.Spec.Username, password))
		if _, again := view.LoginForm(); !again {
			return
		}
		time.Sleep(time.Second)
	}
	t.Fatal("the server does not let the person in")
}

func (v *visit) tokens(t *testing.T, user *oauthv1alpha1.OAuthUser, password, scope string) map[string]string {
	t.Helper()
	to, verifier := v.app.AuthorizationURL(url.Values{"scope": {scope}, "prompt": {"login"}, "state": {v.secret()}, "nonce": {v.secret()}})
	v.hold(verifier)
	view := v.look(v.SignIn(t, v.look(v.Get(t, to)), user.Spec.Username, password))
	if _, asked := view.DecisionForm(); asked {
		view = v.look(v.Decide(t, view, "allow"))
	}
	answer := v.app.Redeem(t, view.Param("code"), verifier, nil)
	out := map[string]string{}
	for _, name := range []string{"access_token", "refresh_token", "id_token"} {
		if out[name], _ = answer.JSON[name].(string); out[name] == "" {
			t.Fatalf("no %s: %d %s", name, answer.Status, answer.Body)
		}
		v.hold(out[name])
	}
	return out
}

// misplace sends everything to where it does not belong.
func (v *visit) misplace(t *testing.T) {
	t.Helper()
	stranger := installation.NewVisitor(http.DefaultTransport, v.app.Issuer)
	for value := range v.held {
		values := url.Values{}
		for _, name := range []string{
			"access_token", "client_id", "client_secret", "code", "code_verifier", "decision", "flow", "grant_type", "id_token_hint",
			"password", "redirect_uri", "refresh_token", "response_type", "scope", "state", "token", "username",
		} {
			values.Set(name, value)
		}
		for _, path := range []string{"/authorize", "/login", "/consent", "/account", "/logout", "/userinfo", "/token", "/introspect", "/revoke", "/" + value} {
			to := v.app.Issuer + path
			installation.Post(t, to, value, value, values)
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, to+"?"+values.Encode(), http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", "Bearer "+value)
			for _, cookie := range v.Cookies(v.app.Issuer) {
				request.AddCookie(&http.Cookie{Name: cookie.Name, Value: value})
			}
			for _, header := range []string{"Origin", "Referer", "X-Forwarded-For", "X-Request-Id"} {
				request.Header.Set(header, fmt.Sprintf("https://%s.example/%s", value[:8], value))
			}
			stranger.Send(t, request)
		}
	}
}
