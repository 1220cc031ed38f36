package people

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func pushRequired(c *oauthv1alpha1.OAuthClient) {
	c.Spec.PushedAuthorization = oauthv1alpha1.PushedAuthorizationRequired
}

// push pushes an authorization request that is accepted.
func push(t testing.TB, app installation.App, more url.Values) (to, verifier string) {
	t.Helper()
	to, verifier, answer := app.Push(t, more)
	if answer.Status != http.StatusCreated || answer.JSON["expires_in"] != 90.0 || !strings.Contains(answer.Header.Get("Cache-Control"), "no-store") {
		t.Fatalf("/par answers %d %v %s", answer.Status, answer.Header, answer.Body)
	}
	return to, verifier
}

// says checks that the visitor sees an error page with a text.
func says(t testing.TB, view installation.View, text string) {
	t.Helper()
	errorPage(t, view)
	if !strings.Contains(view.Body, text) {
		t.Errorf("the page does not say %q:\n%s", text, view.Body)
	}
}

// The whole way, with a password and a question, at one replica and another, for each kind
// of client.
func TestPushedRequest(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*oauthv1alpha1.OAuthClient){
		"Optional": func(*oauthv1alpha1.OAuthClient) {}, "Required": pushRequired, "without a secret": public,
		"a form": func(c *oauthv1alpha1.OAuthClient) { c.Spec.Consent = oauthv1alpha1.ConsentPrompt },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app, v := newApp(t, change), visitor(t)
			elsewhere := app
			elsewhere.Issuer = grantor(t).Servers[1].Options().URL
			to, verifier := push(t, elsewhere, url.Values{"scope": {"openid profile"}, "nonce": {"n-1"}})
			to = strings.Replace(to, elsewhere.Issuer, app.Issuer, 1)
			asksToSignIn(t, v.Get(t, to))
			view := v.Get(t, to)
			asksToSignIn(t, view)
			view = v.SignIn(t, view, "alice", "alice-password")
			asksToAgree(t, view)
			view = v.Decide(t, view, "allow")
			if view.Param("state") != "some-state" || view.Param("iss") != grantor(t).Issuer {
				t.Errorf("the application is answered %v", view.Elsewhere)
			}
			tokens := tokensOf(t, app.Redeem(t, answered(t, view), verifier, nil))
			if got := identified(t, app, tokens); got["nonce"] != "n-1" {
				t.Errorf("the nonce of the ID token is %v", got["nonce"])
			}
			tokensOf(t, app.Refresh(t, refresh(tokens), nil))
			view = v.Get(t, to)
			if _, asks := view.DecisionForm(); asks {
				view = v.Decide(t, view, "allow")
			}
			says(t, view, "already been used")
		})
	}
}

// Each load of a pushed request gives a code, and the first that is redeemed is the only
// one. Another one changes nothing; the same one twice ends the session, as for any code.
func TestPushedRequestIsRedeemedOnce(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	app.Tokens(t, v, "alice", nil)
	to, verifier := push(t, app, nil)
	first, second, third := answered(t, v.Get(t, to)), answered(t, v.Get(t, to)), answered(t, v.Get(t, to))
	tokens := tokensOf(t, app.Redeem(t, second, verifier, nil))
	denied(t, app.Redeem(t, first, verifier, nil), "invalid_grant")
	denied(t, app.Redeem(t, first, verifier, nil), "invalid_grant")
	tokens = tokensOf(t, app.Refresh(t, refresh(tokens), nil))
	denied(t, app.Redeem(t, third, verifier, nil), "invalid_grant")
	tokens = tokensOf(t, app.Refresh(t, refresh(tokens), nil))
	about(t, app, tokens)
	denied(t, app.Redeem(t, second, verifier, nil), "invalid_grant")
	denied(t, app.Refresh(t, refresh(tokens), nil), "invalid_grant")
	says(t, v.Get(t, to), "already been used")
}

// Another user's code of the same request gives nothing either.
func TestPushedRequestOfTwoUsers(t *testing.T) {
	t.Parallel()
	app, alice, other := newApp(t), visitor(t), visitor(t)
	person := newPerson(t)
	to, verifier := push(t, app, nil)
	first := answered(t, alice.Through(t, alice.Get(t, to), "alice"))
	second := answered(t, other.Through(t, other.Get(t, to), person.Spec.Username))
	tokens := tokensOf(t, app.Redeem(t, first, verifier, nil))
	denied(t, app.Redeem(t, second, verifier, nil), "invalid_grant")
	tokensOf(t, app.Refresh(t, refresh(tokens), nil))
}

// Everything but client_id is what was pushed.
func TestOnlyThePushedParametersCount(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	app.Tokens(t, v, "alice", nil)
	others := "&" + url.Values{
		"prompt": {"none"}, "redirect_uri": {"https://evil.example/"}, "state": {"other"}, "scope": {"openid write"}, "response_type": {"token"},
		"code_challenge": {"x"}, "request": {"x.y.z"}, "registration": {"{}"}, "response_mode": {"fragment"}, "max_age": {"-1"},
	}.Encode()
	to, _ := push(t, app, nil)
	if view := v.Get(t, to+others); answered(t, view) == "" || view.Param("state") != "some-state" {
		t.Errorf("the application is answered %v", view.Elsewhere)
	}
	to, _ = push(t, app, url.Values{"prompt": {"login"}})
	asksToSignIn(t, v.Get(t, to+others))
	to, _ = push(t, app, url.Values{"prompt": {"consent"}})
	asksToAgree(t, v.Get(t, to+others))
	to, _ = push(t, app, url.Values{"prompt": {"none"}})
	refusedTo(t, app, visitor(t).Get(t, to+"&prompt=login"), "login_required")
	to, _ = push(t, app, url.Values{"login_hint": {"ada"}})
	if form, ok := visitor(t).Get(t, to+"&login_hint=other").LoginForm(); !ok || form.Values.Get("username") != "ada" {
		t.Errorf("the form has %v", form.Values)
	}
}

// What is not a request_uri for this client is an error page: no address is known to be the
// application's. One from elsewhere is refused as such.
func TestRequestURIsThatAreRefused(t *testing.T) {
	t.Parallel()
	app, other, v := newApp(t), newApp(t), visitor(t)
	app.Tokens(t, v, "alice", nil)
	to, _ := push(t, app, nil)
	uri := to[strings.LastIndex(to, "=")+1:]
	at := func(client, uri string) string {
		return app.Issuer + "/authorize?" + url.Values{"client_id": {client}, "redirect_uri": {app.Redirect}, "state": {"some-state"}, "response_type": {"code"}}.Encode() + "&request_uri=" + uri
	}
	for name, to := range map[string]string{
		"another client": at(other.ID, uri), "an unknown client": at("nobody.app", uri), "no client": strings.Replace(to, "client_id", "client", 1),
		"altered": at(app.ID, uri[:len(uri)-20]+"AAAA"+uri[len(uri)-16:]), "cut": at(app.ID, uri[:len(uri)-1]), "longer": at(app.ID, uri+"A"),
		"not ours": at(app.ID, "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c"), "twice": to + "&request_uri=" + uri,
	} {
		t.Run(name, func(t *testing.T) { errorPage(t, v.Get(t, to)) })
	}
	for _, foreign := range []string{"https://app.example/request.jwt", "urn:ietf:params:oauth:request_uri", "data:,x", "file:///etc/passwd"} {
		refusedTo(t, app, v.Get(t, at(app.ID, url.QueryEscape(foreign))), "request_uri_not_supported")
		alone := app.Issuer + "/authorize?" + url.Values{"client_id": {app.ID}, "scope": {"openid"}, "request_uri": {foreign}}.Encode()
		says(t, v.Get(t, alone), "request_uri_not_supported")
	}
	answered(t, v.Get(t, to))
}

// Whatever a parameter of a pushed request is, and however often it is sent: it is refused
// there, or the browser gets a proper answer.
func TestStrangePushedRequests(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	app.Tokens(t, v, "alice", nil)
	for _, parameter := range parameters {
		for name, value := range strange() {
			to, _, answer := app.Push(t, url.Values{parameter: {value}})
			switch {
			case answer.Status == http.StatusCreated:
				proper(t, app, name+" in "+parameter, v.Get(t, to))
			case answer.Status >= 500 || answer.Code() == "":
				t.Errorf("%s in %s: answered %d %s", name, parameter, answer.Status, answer.Body)
			case parameter == "unknown" || parameter == "request_uri" && value != "" && answer.Code() != "invalid_request":
				t.Errorf("%s in %s: refused with %s", name, parameter, answer.Body)
			}
		}
		to, _ := app.AuthorizationURL(nil)
		u, _ := url.Parse(to)
		first := u.Query().Get(parameter)
		if _, _, answer := app.Push(t, url.Values{parameter: {first, first}}); parameter != "resource" && parameter != "audience" && answer.Code() != "invalid_request" {
			t.Errorf("%s twice: answered %d %s", parameter, answer.Status, answer.Body)
		}
	}
	for name, more := range map[string]url.Values{
		"a body of 70 KB": {"unknown": {strings.Repeat("x", 70_000)}}, "100 parameters": {"resource": strings.Split(strings.Repeat("x", 100), "")},
	} {
		if _, _, answer := app.Push(t, more); answer.Code() != "invalid_request" || answer.Status >= 500 {
			t.Errorf("%s: answered %d %s", name, answer.Status, answer.Body)
		}
	}
}

// Credentials are those of the token endpoint.
func TestPushingAuthenticates(t *testing.T) {
	t.Parallel()
	app, other := newApp(t), newApp(t)
	form := url.Values{"client_id": {app.ID}, "redirect_uri": {app.Redirect}, "response_type": {"code"}}
	for name, answer := range map[string]installation.Answer{
		"no secret":            installation.Post(t, app.Issuer+"/par", "", "", form),
		"a wrong secret":       installation.Post(t, app.Issuer+"/par", app.ID, "wrong", form),
		"an unknown client":    installation.Post(t, app.Issuer+"/par", "nobody.app", "wrong", url.Values{}),
		"another one's secret": installation.Post(t, app.Issuer+"/par", app.ID, other.Secret, form),
	} {
		if answer.Status != http.StatusUnauthorized || answer.Code() != "invalid_client" {
			t.Errorf("%s: answered %d %s", name, answer.Status, answer.Body)
		}
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, app.Issuer+"/par?"+form.Encode(), http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if answer := installation.Do(t, request); answer.Status != http.StatusMethodNotAllowed || answer.Header.Get("Allow") != http.MethodPost {
		t.Errorf("GET: answered %d %s", answer.Status, answer.Body)
	}
}

// A client that must push is refused what it did not push, at once and while a page is open.
func TestPushedAuthorizationIsRequired(t *testing.T) {
	t.Parallel()
	app, v := newApp(t), visitor(t)
	app.Tokens(t, v, "alice", nil)
	page, _ := authorize(t, app, v, url.Values{"prompt": {"consent"}})
	asksToAgree(t, page)
	change(t, app.Object, pushRequired)
	effective(t, func() bool {
		view, _ := authorize(t, app, v, nil)
		return view.Param("error") == "invalid_request" && strings.Contains(view.Param("error_description"), "spec.pushedAuthorization")
	})
	refusedTo(t, app, v.Decide(t, page, "allow"), "invalid_request")
	to, verifier := push(t, app, nil)
	tokensOf(t, app.Redeem(t, answered(t, v.Get(t, to)), verifier, nil))
}

// login.pushedAuthorization of the OAuthServer: all clients must push, and discovery says so.
func TestServerRequiresPushedAuthorization(t *testing.T) {
	app, v := newApp(t), visitor(t)
	app.Tokens(t, v, "alice", nil)
	setting(t, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Login.PushedAuthorization = oauthv1alpha1.PushedAuthorizationRequired
	})
	effective(t, func() bool {
		view, _ := authorize(t, app, v, nil)
		return view.Param("error") == "invalid_request" && metadata(t)["require_pushed_authorization_requests"] == true
	})
	to, verifier := push(t, app, nil)
	tokensOf(t, app.Redeem(t, answered(t, v.Get(t, to)), verifier, nil))
}
