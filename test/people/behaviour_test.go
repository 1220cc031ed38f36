package people

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/grantor-dev/grantor/test/installation"
)

// claims are those of an ID token or of userinfo.
type claims map[string]any

// verified returns the claims of an ID token that an ordinary library accepts: with
// its keys from discovery, for the application, now, with its hash of the access
// token.
func verified(t testing.TB, app installation.App, tokens map[string]any, algorithm string) claims {
	t.Helper()
	provider, err := oidc.NewProvider(t.Context(), app.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := tokens["id_token"].(string)
	token, err := provider.Verifier(&oidc.Config{ClientID: app.ID, SupportedSigningAlgs: []string{algorithm}}).Verify(t.Context(), raw)
	if err != nil {
		t.Fatalf("the ID token does not verify: %v", err)
	}
	if err := token.VerifyAccessToken(bearer(tokens)); err != nil {
		t.Errorf("at_hash: %v", err)
	}
	out := claims{}
	if err := token.Claims(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// identified is verified for most applications.
func identified(t testing.TB, app installation.App, tokens map[string]any) claims {
	t.Helper()
	return verified(t, app, tokens, "RS256")
}

func bearer(tokens map[string]any) string  { return text(tokens["access_token"]) }
func refresh(tokens map[string]any) string { return text(tokens["refresh_token"]) }

func text(value any) string {
	s, _ := value.(string)
	return s
}

// userinfo asks a server with the token in the Authorization header.
func userinfo(t testing.TB, server, token string) installation.Answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server+"/userinfo", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return installation.Do(t, request)
}

// about is what userinfo says of whom the tokens speak for.
func about(t testing.TB, app installation.App, tokens map[string]any) claims {
	t.Helper()
	answer := userinfo(t, app.Issuer, bearer(tokens))
	if answer.Status != http.StatusOK {
		t.Fatalf("userinfo answers %d %s", answer.Status, answer.Body)
	}
	return answer.JSON
}

// authorize sends a visitor to an application's authorization request, and no further.
func authorize(t testing.TB, app installation.App, v *installation.Visitor, more url.Values) (view installation.View, verifier string) {
	t.Helper()
	to, verifier := app.AuthorizationURL(more)
	return v.Get(t, to), verifier
}

// refusedTo checks that the application is answered an error, with its state, and
// nothing else.
func refusedTo(t testing.TB, app installation.App, view installation.View, code string) {
	t.Helper()
	if view.Elsewhere == nil || !strings.HasPrefix(view.Elsewhere.String(), app.Redirect+"?") {
		t.Errorf("the visitor is not sent to the application but to %v: %d %s", view.Elsewhere, view.Status, view.Body)
		return
	}
	if view.Param("error") != code || view.Param("state") != "some-state" || view.Param("iss") != grantor(t).Issuer || view.Param("code") != "" {
		t.Errorf("the application is answered %s, not %s", view.Elsewhere, code)
	}
}

// errorPage checks that the visitor sees what is wrong and is led nowhere.
func errorPage(t testing.TB, view installation.View) {
	t.Helper()
	if view.Status < 400 || view.Status >= 500 || view.Elsewhere != nil || !strings.Contains(view.Header.Get("Content-Type"), "text/html") {
		t.Errorf("no error page: %d to %v\n%s", view.Status, view.Elsewhere, view.Body)
	}
}

// asksToSignIn and asksToAgree check what the visitor sees.
func asksToSignIn(t testing.TB, view installation.View) {
	t.Helper()
	if _, ok := view.LoginForm(); !ok || view.Status != http.StatusOK {
		t.Fatalf("the visitor is not asked to sign in: %d %v\n%s", view.Status, view.Elsewhere, view.Body)
	}
}

func asksToAgree(t testing.TB, view installation.View) {
	t.Helper()
	if _, ok := view.DecisionForm(); !ok || view.Status != http.StatusOK {
		t.Fatalf("the visitor is not asked to agree: %d %v\n%s", view.Status, view.Elsewhere, view.Body)
	}
}

// answered checks that the application got a code without any question.
func answered(t testing.TB, view installation.View) string {
	t.Helper()
	code := view.Param("code")
	if code == "" {
		t.Fatalf("the application got no code: %d %v\n%s", view.Status, view.Elsewhere, view.Body)
	}
	return code
}

// denied checks an error of the token endpoint.
func denied(t testing.TB, answer installation.Answer, code string) {
	t.Helper()
	if answer.Code() != code || answer.Status != http.StatusBadRequest && answer.Status != http.StatusUnauthorized {
		t.Errorf("answered %d %s, not %s", answer.Status, answer.Body, code)
	}
}

// tokensOf checks that an answer is tokens.
func tokensOf(t testing.TB, answer installation.Answer) map[string]any {
	t.Helper()
	if answer.Status != http.StatusOK || bearer(answer.JSON) == "" {
		t.Fatalf("answered %d %s, not tokens", answer.Status, answer.Body)
	}
	return answer.JSON
}
