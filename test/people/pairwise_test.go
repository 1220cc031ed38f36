package people

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// pairwise makes an application one that no other shares subjects with.
func pairwise(c *oauthv1alpha1.OAuthClient) {
	c.Spec.SubjectType = oauthv1alpha1.SubjectPairwise
	c.Spec.Claims = []oauthv1alpha1.ClaimMapping{{Name: "id", From: "sub"}}
}

// subject returns the sub of an application's tokens, which must be the same wherever
// the application looks.
func subject(t *testing.T, app installation.App, tokens map[string]any) string {
	t.Helper()
	identity, who := identified(t, app, tokens), about(t, app, tokens)
	sub := text(identity["sub"])
	access := app.Post(t, "/introspect", url.Values{"token": {bearer(tokens)}}).JSON
	family := app.Post(t, "/introspect", url.Values{"token": {refresh(tokens)}}).JSON
	for where, got := range map[string]any{
		"userinfo": who["sub"], "introspection": access["sub"], "introspection of the refresh token": family["sub"],
		"the access token": payload(t, bearer(tokens))["sub"],
	} {
		if got != sub || sub == "" {
			t.Errorf("%s has the sub %q, the ID token %q", where, got, sub)
		}
	}
	return sub
}

// OpenID Connect Core 1.0 section 8: two applications cannot find out by the sub that
// they have the same person.
func TestPairwiseSubjects(t *testing.T) {
	t.Parallel()
	public, one, other := newApp(t), newApp(t, pairwise), newApp(t, pairwise)
	v := visitor(t)
	known := subject(t, public, public.Tokens(t, v, "alice", nil))
	tokens := one.Tokens(t, v, "alice", nil)
	sub := subject(t, one, tokens)
	if elsewhere := subject(t, other, other.Tokens(t, v, "alice", nil)); sub == elsewhere || sub == known || elsewhere == known {
		t.Errorf("the subs are %q, %q and %q", sub, elsewhere, known)
	}
	if !strings.HasPrefix(known, "local:") || !strings.HasPrefix(sub, "pairwise:") {
		t.Errorf("the subs are %q and %q", known, sub)
	}
	if bob := subject(t, one, one.Tokens(t, visitor(t), "bob", nil)); bob == sub {
		t.Error("two people have one sub")
	}
	if again := subject(t, one, tokensOf(t, one.Refresh(t, refresh(tokens), nil))); again != sub {
		t.Errorf("after a refresh the sub is %q, before %q", again, sub)
	}
	// No claim and no part of any token says who it is.
	secret := strings.TrimPrefix(known, "local:")
	for where, got := range map[string]claims{
		"the ID token": identified(t, one, tokens), "userinfo": about(t, one, tokens), "the access token": payload(t, bearer(tokens)),
	} {
		for name, value := range got {
			if strings.Contains(text(value), secret) {
				t.Errorf("%s tells the public subject in %s", where, name)
			}
		}
		if id, ok := got["id"]; ok && id != sub {
			t.Errorf("%s copies the sub as %q", where, id)
		}
	}
}

// An account at an application is found by the sub: it must survive the client.
func TestPairwiseSubjectOfAClientThatIsCreatedAgain(t *testing.T) {
	t.Parallel()
	first := newApp(t, pairwise)
	before := subject(t, first, first.Tokens(t, visitor(t), "alice", nil))
	again := recreated(t, first)
	if after := subject(t, again, again.Tokens(t, visitor(t), "alice", nil)); after != before {
		t.Errorf("the sub was %q and is %q", before, after)
	}
}

// payload returns the claims of a JWT, which is not verified here.
func payload(t *testing.T, token string) claims {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatal("the token is no JWT")
	}
	return decoded(t, parts[1])
}

// decoded returns the JSON object of a part of a JWT.
func decoded(t *testing.T, part string) claims {
	t.Helper()
	out := claims{}
	raw, err := base64.RawURLEncoding.DecodeString(part)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func recreated(t *testing.T, app installation.App) installation.App {
	t.Helper()
	if err := grantor(t).Admin.Delete(t.Context(), app.Object); err != nil {
		t.Fatal(err)
	}
	installation.Eventually(t, 20*time.Second, func() bool {
		return client.IgnoreNotFound(grantor(t).Admin.Get(t.Context(), client.ObjectKeyFromObject(app.Object), app.Object.DeepCopy())) == nil
	}, func() string { return "client that is gone" })
	c := app.Object.DeepCopy()
	c.ObjectMeta, c.Status = metav1.ObjectMeta{Namespace: c.Namespace, Name: c.Name}, oauthv1alpha1.OAuthClientStatus{}
	return grantor(t).NewApp(t, c)
}

// What a pairwise client sends back is understood, and only what it may know.
func TestPairwiseHints(t *testing.T) {
	t.Parallel()
	app, public := newApp(t, pairwise, saysGoodbye), newApp(t)
	v := visitor(t)
	tokens := app.Tokens(t, v, "alice", nil)
	known := subject(t, public, public.Tokens(t, v, "alice", nil))
	other := visitor(t)
	app.Tokens(t, other, "bob", nil)
	wish := func(sub string) url.Values {
		return url.Values{"claims": {`{"id_token":{"sub":{"value":"` + sub + `"}}}`}, "prompt": {"none"}}
	}
	for name, ask := range map[string]url.Values{
		"by id_token_hint": {"id_token_hint": {text(tokens["id_token"])}, "prompt": {"none"}},
		"by claim":         wish(subject(t, app, tokens)),
	} {
		view, _ := authorize(t, app, v, ask)
		if view.Param("code") == "" {
			t.Errorf("%s: the person is not recognised: %v", name, view.Elsewhere)
		}
		view, _ = authorize(t, app, other, ask)
		refusedTo(t, app, view, "login_required")
	}
	// By an answer it would find out whether it has that very person.
	view, _ := authorize(t, app, v, wish(known))
	refusedTo(t, app, view, "login_required")

	view = v.Get(t, logout(app, url.Values{"id_token_hint": {text(tokens["id_token"])}, "post_logout_redirect_uri": {goodbye}}))
	if view = v.Decide(t, view, "allow"); view.Status != http.StatusSeeOther || view.Elsewhere.String() != goodbye {
		t.Errorf("the visitor is sent to %v with %d", view.Elsewhere, view.Status)
	}
}

// A change is for new tokens: those that are out stay what they are.
func TestSubjectTypeOfALiveClient(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	tokens := app.Tokens(t, v, "alice", nil)
	before := subject(t, app, tokens)
	change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.SubjectType = oauthv1alpha1.SubjectPairwise })
	var next map[string]any
	installation.Eventually(t, 20*time.Second, func() bool {
		next = app.Tokens(t, v, "alice", nil)
		return text(identified(t, app, next)["sub"]) != before
	}, func() string { return "new sub" })
	if who := about(t, app, tokens); who["sub"] != before {
		t.Errorf("userinfo of a token from before says %q, its ID token %q", who["sub"], before)
	}
	after := subject(t, app, tokensOf(t, app.Refresh(t, refresh(tokens), nil)))
	if after == before || after != subject(t, app, next) {
		t.Errorf("the sub was %q, after a refresh it is %q", before, after)
	}
	view, _ := authorize(t, app, v, url.Values{"id_token_hint": {text(tokens["id_token"])}, "prompt": {"none"}})
	if view.Param("code") == "" {
		t.Errorf("the hint from before is not understood: %v", view.Elsewhere)
	}
	change(t, app.Object, func(c *oauthv1alpha1.OAuthClient) { c.Spec.SubjectType = oauthv1alpha1.SubjectPublic })
	installation.Eventually(t, 20*time.Second, func() bool {
		return subject(t, app, app.Tokens(t, v, "alice", nil)) == before
	}, func() string { return "first sub" })
	if who := about(t, app, next); who["sub"] != after {
		t.Errorf("userinfo of a pairwise token says %q, its ID token %q", who["sub"], after)
	}
}
