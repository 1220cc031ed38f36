package factors

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestRequired is about users who have no factor where every user needs one.
func TestRequired(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOff)
	p := newPerson(t, g, "required-ada")
	app := g.NewApp(t, installation.Application(shared.Namespace(t), "shop"))
	old := visitor(g)
	p.at(t, old, g.Issuer+"/account")
	if !p.signedIn(t, old) {
		t.Fatal("a password is not enough")
	}
	before := app.Tokens(t, old, p.name, url.Values{"scope": {"openid offline_access"}, "prompt": {"consent"}})

	leaver := visitor(g)
	online := app.Tokens(t, leaver, p.name, url.Values{"scope": {"openid"}})

	grantor(t, oauthv1alpha1.SecondFactorRequire)
	if p.signedIn(t, old) {
		t.Error("a browser that gave a password only is still signed in")
	}
	if token, _ := online["refresh_token"].(string); token == "" {
		t.Error("no refresh token that ends with the sign-in")
	} else {
		if fresh := app.Refresh(t, token, nil); fresh.Status != http.StatusOK {
			t.Errorf("a refresh token ends when a factor is required: %d %s", fresh.Status, fresh.Body)
		} else {
			token = fresh.JSON["refresh_token"].(string)
		}
		leaver.Decide(t, leaver.Get(t, g.Issuer+"/logout"), "allow")
		if ended := app.Refresh(t, token, nil); ended.Status != http.StatusBadRequest {
			t.Errorf("a refresh after signing out of a browser that gave a password only: %d", ended.Status)
		}
	}
	to, _ := app.AuthorizationURL(url.Values{"prompt": {"none"}})
	if got := old.Get(t, to).Param("error"); got != "login_required" {
		t.Errorf("prompt=none with an older sign-in: %q", got)
	}
	to, verifier := app.AuthorizationURL(url.Values{"acr_values": {"x"}})
	view := p.at(t, old, to)
	view.Shows(t, "you have none yet")
	p.app = scan(t, view)
	if again := old.Get(t, view.URL.String()); again.Status != http.StatusOK {
		t.Errorf("loading the page again: %d", again.Status)
	}
	if view = give(t, old, view, p.app.wrong(1)); view.Status != http.StatusForbidden || p.enrollment(t) != nil || p.signedIn(t, old) {
		t.Fatalf("a wrong code: %d", view.Status)
	}
	if again := scan(t, view); string(again.secret) != string(p.app.secret) {
		t.Fatal("the key has changed")
	}
	view = give(t, old, view, p.app.code())
	codes := recoveryCodes(t, view)
	view = old.Submit(t, view, form(t, view, "action", "continue"), url.Values{"action": {"continue"}})
	view = old.Through(t, view, p.name)
	tokens := app.Redeem(t, view.Param("code"), verifier, nil)
	if tokens.Status != http.StatusOK {
		t.Fatalf("tokens: %d %s", tokens.Status, tokens.Body)
	}
	id := claims(t, tokens.JSON["id_token"])
	if id["acr"] != identity.ACRSecondFactor || !same(id["amr"], "pwd", "otp", "mfa") {
		t.Errorf("the ID token says %v %v", id["acr"], id["amr"])
	}
	if at := claims(t, tokens.JSON["access_token"]); at["acr"] != identity.ACRSecondFactor || at["auth_time"] == nil {
		t.Errorf("the access token says %v", at)
	}

	// What began before goes on as it was.
	after := app.Refresh(t, before["refresh_token"].(string), nil)
	if after.Status != http.StatusOK || claims(t, after.JSON["access_token"])["acr"] != nil {
		t.Errorf("a refresh raises the class: %d %v", after.Status, after.JSON)
	}

	view = old.Get(t, g.Issuer+"/account/security")
	if view = press(t, old, view, "remove-app"); view.Status != http.StatusConflict {
		t.Errorf("the last factor can be removed: %d", view.Status)
	}
	view = press(t, old, old.Get(t, g.Issuer+"/account/security"), "codes")
	fresh := recoveryCodes(t, view)
	other := visitor(g)
	view = p.at(t, other, g.Issuer+"/account")
	if view = give(t, other, view, codes[0]); view.Status != http.StatusForbidden {
		t.Errorf("a recovery code that was replaced: %d", view.Status)
	}
	if view = give(t, other, view, strings.ToUpper(fresh[9])); view.Status != http.StatusOK || !p.signedIn(t, other) {
		t.Errorf("a new recovery code: %d", view.Status)
	}
}

// TestDemanded is about clients and requests that want more than a password.
func TestDemanded(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	namespace := shared.Namespace(t)
	plain := g.NewApp(t, installation.Application(namespace, "plain"))
	strict := g.NewApp(t, installation.Application(namespace, "strict", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Login.MinimumAssurance = oauthv1alpha1.AssuranceSecondFactor
	}))
	p := newPerson(t, g, "demanded-ada")
	essential := url.Values{"claims": {`{"id_token":{"acr":{"essential":true,"value":"` + identity.ACRSecondFactor + `"}}}`}}
	wish := url.Values{"acr_values": {identity.ACRSecondFactor + " " + identity.ACRPassword}}

	// A wish of a user who has none is not granted, and says so.
	v := p.browser
	tokens := plain.Tokens(t, v, p.name, wish)
	if got := claims(t, tokens["id_token"]); got["acr"] != identity.ACRPassword {
		t.Errorf("the class is %v", got["acr"])
	}
	for name, ask := range map[string]struct {
		app  installation.App
		more url.Values
	}{"a client": {strict, url.Values{}}, "a request": {plain, essential}} {
		more := url.Values{"prompt": {"none"}}
		maps.Copy(more, ask.more)
		to, _ := ask.app.AuthorizationURL(more)
		if got := v.Get(t, to).Param("error"); got != "login_required" {
			t.Errorf("prompt=none with a password for %s: %q", name, got)
		}
	}

	// The password is some seconds old: the user adds an app and goes on.
	to, verifier := strict.AuthorizationURL(nil)
	view := v.Get(t, to)
	p.app = scan(t, view)
	view = give(t, v, view, p.app.code())
	recoveryCodes(t, view)
	view = v.Through(t, press(t, v, view, "continue"), p.name)
	if answer := strict.Redeem(t, view.Param("code"), verifier, nil); answer.Status != http.StatusOK {
		t.Fatalf("tokens: %d %s", answer.Status, answer.Body)
	}
	// What a client has got already says what it lacks, once a factor is demanded (RFC 9470).
	token, _ := tokens["access_token"].(string)
	userinfo := func() (installation.Answer, string) {
		request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, g.Issuer+"/userinfo", http.NoBody)
		request.Header.Set("Authorization", "Bearer "+token)
		answer := installation.Do(t, request)
		return answer, answer.Header.Get("WWW-Authenticate")
	}
	if answer, _ := userinfo(); answer.Status != http.StatusOK {
		t.Errorf("before the demand: %d %s", answer.Status, answer.Body)
	}
	demand(t, g, plain, oauthv1alpha1.AssuranceSecondFactor)
	installation.Eventually(t, installation.Effective, func() bool {
		answer, says := userinfo()
		return answer.Status == http.StatusUnauthorized && answer.Code() == "insufficient_user_authentication" && strings.Contains(says, `acr_values="`+identity.ACRSecondFactor+`"`)
	}, func() string { answer, says := userinfo(); return "challenge; it is " + answer.Body + says })
	demand(t, g, plain, oauthv1alpha1.AssurancePassword)
	installation.Eventually(t, installation.Effective, func() bool {
		answer, _ := userinfo()
		return answer.Status == http.StatusOK
	}, func() string { return "token that counts again" })

	// Now the request is met without a question.
	none := url.Values{"prompt": {"none"}}
	maps.Copy(none, essential)
	to, verifier = plain.AuthorizationURL(none)
	answer := plain.Redeem(t, v.Get(t, to).Param("code"), verifier, nil)
	if answer.Status != http.StatusOK || claims(t, answer.JSON["id_token"])["acr"] != identity.ACRSecondFactor {
		t.Errorf("after a step up: %d %s", answer.Status, answer.Body)
	}

	grantor(t, oauthv1alpha1.SecondFactorOff)
	other := visitor(g)
	p.at(t, other, g.Issuer+"/account")
	to, _ = strict.AuthorizationURL(nil)
	if got := other.Get(t, to).Param("error"); got != "unmet_authentication_requirements" {
		t.Errorf("a demand that cannot be met: %q", got)
	}
	if view := other.Get(t, g.Issuer+"/account/security"); view.Status != http.StatusNotFound {
		t.Errorf("there is a page for factors: %d", view.Status)
	}
}

// demand changes what a client demands.
func demand(t testing.TB, g *installation.Installation, app installation.App, is oauthv1alpha1.Assurance) {
	t.Helper()
	namespace, name, _ := strings.Cut(app.ID, ".")
	c := &oauthv1alpha1.OAuthClient{}
	if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, c); err != nil {
		t.Fatal(err)
	}
	before := c.DeepCopy()
	c.Spec.Login.MinimumAssurance = is
	if err := g.Admin.Patch(t.Context(), c, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}

// TestStepUp asks a user who is signed in for the factor alone.
func TestStepUp(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOff)
	app := g.NewApp(t, installation.Application(shared.Namespace(t), "shop"))
	p := newPerson(t, g, "step-ada")
	grantor(t, oauthv1alpha1.SecondFactorOffer)
	before := visitor(g)
	if p.at(t, before, g.Issuer+"/account"); !p.signedIn(t, before) {
		t.Fatal("a password is not enough")
	}
	p.enroll(t)
	if p.signedIn(t, before) {
		t.Error("a browser that knows the password alone goes on after a factor was added")
	}
	if !p.signedIn(t, p.browser) {
		t.Error("the browser in which it was added does not")
	}
	grantor(t, oauthv1alpha1.SecondFactorOff)
	v := visitor(g)
	first := claims(t, app.Tokens(t, v, p.name, nil)["id_token"])
	grantor(t, oauthv1alpha1.SecondFactorOffer)
	wish := url.Values{"acr_values": {identity.ACRSecondFactor}}
	to, verifier := app.AuthorizationURL(wish)
	view := v.Get(t, to)
	view.Shows(t, "Confirm that it is you")
	another := p.browser.Submit(t, view, form(t, view, "code", ""), url.Values{"code": {p.app.wrong(2)}})
	if another.Status != http.StatusForbidden {
		t.Errorf("the page in another browser: %d", another.Status)
	}
	view = v.Through(t, give(t, v, view, p.app.code()), p.name)
	answer := app.Redeem(t, view.Param("code"), verifier, nil)
	if answer.Status != http.StatusOK {
		t.Fatalf("tokens: %d %s", answer.Status, answer.Body)
	}
	id := claims(t, answer.JSON["id_token"])
	if id["acr"] != identity.ACRSecondFactor || id["auth_time"] != first["auth_time"] {
		t.Errorf("the ID token says %v at %v, before %v", id["acr"], id["auth_time"], first["auth_time"])
	}
}

func claims(t testing.TB, token any) map[string]any {
	t.Helper()
	text, _ := token.(string)
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		t.Fatalf("%v is no JWT", token)
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[1])
	out := map[string]any{}
	if err != nil || json.Unmarshal(raw, &out) != nil {
		t.Fatalf("%s is no JWT", text)
	}
	return out
}

func same(list any, want ...string) bool {
	var got []string
	all, _ := list.([]any)
	for _, one := range all {
		text, _ := one.(string)
		got = append(got, text)
	}
	return slices.Equal(got, want)
}
