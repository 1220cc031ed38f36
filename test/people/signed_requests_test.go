package people

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func signRequired(c *oauthv1alpha1.OAuthClient) {
	c.Spec.SignedRequests = oauthv1alpha1.SignedRequestsRequired
}

// The whole way, with each algorithm, for each kind of client, brought by the browser and
// pushed. Numbers, objects and lists are what they stand for.
func TestSignedRequest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		algorithm jose.SignatureAlgorithm
		kind      string
		change    func(*oauthv1alpha1.OAuthClient)
	}{
		"ES256":                      {jose.ES256, "oauth-authz-req+jwt", signRequired},
		"PS256, without a type":      {jose.PS256, "", signRequired},
		"RS256, as any JWT":          {jose.RS256, "JWT", func(*oauthv1alpha1.OAuthClient) {}},
		"EdDSA, without credentials": {jose.EdDSA, "oauth-authz-req+jwt", public},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newObjectSigner(t, test.algorithm)
			app, v := newApp(t, s.keys(t), test.change), visitor(t)
			more := map[string]any{
				"nonce": "n-1", "max_age": 3600, "scope": "openid profile", "claims": map[string]any{"id_token": map[string]any{"email": nil}},
				"resource": []string{app.Issuer},
			}
			all, verifier := members(app, more)
			object := s.sign(t, test.kind, all)
			view := v.Through(t, v.Get(t, bring(app, object, nil)), "alice")
			if view.Param("state") != "some-state" || view.Param("iss") != app.Issuer {
				t.Errorf("the application is answered %v", view.Elsewhere)
			}
			got := identified(t, app, tokensOf(t, app.Redeem(t, answered(t, view), verifier, nil)))
			if got["nonce"] != "n-1" || got["email"] != "alice@example.com" {
				t.Errorf("the ID token says %v", got)
			}

			all, verifier = members(app, map[string]any{"max_age": 0})
			answer := app.Post(t, "/par", url.Values{"request": {s.sign(t, test.kind, all)}})
			uri := text(answer.JSON["request_uri"])
			if answer.Status != http.StatusCreated || uri == "" {
				t.Fatalf("/par answers %d %s", answer.Status, answer.Body)
			}
			view = v.Get(t, app.Issuer+"/authorize?"+url.Values{"client_id": {app.ID}, "request_uri": {uri}}.Encode())
			asksToSignIn(t, view)
			tokensOf(t, app.Redeem(t, answered(t, v.Through(t, view, "alice")), verifier, nil))
		})
	}
}

// What is next to a request object is ignored, and what is in it decides.
func TestOnlyTheSignedParametersCount(t *testing.T) {
	t.Parallel()
	s := newObjectSigner(t, jose.ES256)
	app, v := newApp(t, s.keys(t)), visitor(t)
	app.Tokens(t, v, "alice", nil)
	others := url.Values{
		"prompt": {"none"}, "redirect_uri": {"https://evil.example/"}, "state": {"other"}, "scope": {"openid write"}, "response_type": {"token"},
		"code_challenge": {"x"}, "registration": {"{}"}, "response_mode": {"fragment"}, "max_age": {"-1"}, "nonce": {strings.Repeat("n", 200)},
	}
	object, verifier := s.object(t, app, nil)
	view := v.Get(t, bring(app, object, others))
	if answered(t, view) == "" || view.Param("state") != "some-state" {
		t.Errorf("the application is answered %v", view.Elsewhere)
	}
	tokensOf(t, app.Redeem(t, answered(t, view), verifier, nil))
	object, _ = s.object(t, app, map[string]any{"prompt": "login"})
	asksToSignIn(t, v.Get(t, bring(app, object, others)))
	object, _ = s.object(t, app, map[string]any{"state": nil, "code_challenge": nil, "code_challenge_method": nil})
	view = v.Get(t, bring(app, object, url.Values{"state": {"some-state"}, "code_challenge": {"x"}, "nonce": {"n"}}))
	if view.Param("error") != "invalid_request" || view.Param("state") != "" {
		t.Errorf("parameters outside complete the object: %d %v", view.Status, view.Elsewhere)
	}
	object, _ = s.object(t, app, nil)
	answer := app.Post(t, "/par", url.Values{"request": {object}, "redirect_uri": {"https://evil.example/"}, "scope": {"openid unknown"}})
	if answer.Status != http.StatusCreated {
		t.Errorf("/par answers %d %s", answer.Status, answer.Body)
	}
	if answer := app.Post(t, "/par", url.Values{"request": {object}, "request_uri": {"https://app.example/r"}}); answer.Code() != "invalid_request" {
		t.Errorf("/par answers %d %s", answer.Status, answer.Body)
	}
	// A POST becomes a GET, as for any request.
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, app.Issuer+"/authorize", strings.NewReader(url.Values{"client_id": {app.ID}, "request": {object}}.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answered(t, v.Send(t, request))
}

// An object that is not the client's is a page, and never leads anywhere: neither to what it
// names nor to what is next to it.
func TestRequestObjectsThatAreRefused(t *testing.T) {
	t.Parallel()
	s, other, now := newObjectSigner(t, jose.ES256), newObjectSigner(t, jose.ES256), time.Now().Unix()
	app, without, v := newApp(t, s.keys(t)), newApp(t), visitor(t)
	strict := newApp(t, func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.RequestObject = &oauthv1alpha1.ClientRequestObject{JWKS: s.jwks(t), SigningAlgorithms: []oauthv1alpha1.AssertionAlgorithm{"PS256"}}
	})
	app.Tokens(t, v, "alice", nil)
	of := func(s objectSigner, app installation.App, change map[string]any) string {
		object, _ := s.object(t, app, change)
		return object
	}
	hmac := objectSigner{jose.HS256, jose.JSONWebKey{Key: []byte(app.Secret + strings.Repeat("x", 32))}}
	whole := of(s, app, nil)
	dot := strings.LastIndex(whole, ".")
	all, _ := members(app, nil)
	type bad struct {
		app    installation.App
		object string
	}
	for name, test := range map[string]bad{
		"another key":            {app, of(other, app, nil)},
		"a shared secret":        {app, of(hmac, app, nil)},
		"no signature":           {app, "eyJhbGciOiJub25lIn0" + whole[strings.Index(whole, "."):dot+1]},
		"a signature cut":        {app, whole[:len(whole)-4]},
		"an encrypted one":       {app, whole + ".a.b"},
		"a client without keys":  {without, of(s, without, nil)},
		"another algorithm":      {strict, of(s, strict, nil)},
		"another client's":       {app, of(s, without, nil)},
		"an access token's type": {app, s.sign(t, "at+jwt", all)},
		"another issuer":         {app, of(s, app, map[string]any{"iss": without.ID})},
		"a client assertion":     {app, of(s, app, map[string]any{"sub": app.ID})},
		"another audience":       {app, of(s, app, map[string]any{"aud": "https://other.example"})},
		"no audience":            {app, of(s, app, map[string]any{"aud": nil})},
		"no end":                 {app, of(s, app, map[string]any{"exp": nil})},
		"expired":                {app, of(s, app, map[string]any{"exp": now - 1})},
		"too long":               {app, of(s, app, map[string]any{"exp": now + 3700})},
		"no beginning":           {app, of(s, app, map[string]any{"iat": nil, "nbf": nil})},
		"another client_id":      {app, of(s, app, map[string]any{"client_id": without.ID})},
		"an object inside":       {app, of(s, app, map[string]any{"request": whole})},
		"a request_uri inside":   {app, of(s, app, map[string]any{"request_uri": "https://evil.example/r"})},
		"not JSON":               {app, "e30.e30.e30"},
		"nothing of it":          {app, "x"},
	} {
		t.Run(name, func(t *testing.T) {
			view := v.Get(t, bring(test.app, test.object, url.Values{"redirect_uri": {app.Redirect}, "response_type": {"code"}, "state": {"s"}}))
			says(t, view, "invalid_request_object")
			answer := test.app.Post(t, "/par", url.Values{"request": {test.object}})
			if answer.Status != http.StatusBadRequest || answer.Code() != "invalid_request_object" {
				t.Errorf("/par answers %d %s", answer.Status, answer.Body)
			}
		})
	}
	for name, change := range map[string]map[string]any{"another address": {"redirect_uri": "https://evil.example/"}, "no address": {"redirect_uri": nil}, "an address that is a list": {"redirect_uri": []string{app.Redirect}}} {
		t.Run(name, func(t *testing.T) {
			errorPage(t, v.Get(t, bring(app, of(s, app, change), url.Values{"redirect_uri": {app.Redirect}})))
		})
	}
	errorPage(t, v.Get(t, bring(app, whole, url.Values{"request_uri": {"https://evil.example/r"}})))
	says(t, v.Get(t, strings.Replace(bring(app, whole, nil), url.QueryEscape(app.ID), "nobody.app", 1)), "unknown")
	// What is wrong with a request in an object of the client's goes to the application.
	for change, code := range map[string]string{"scope": "invalid_scope", "response_type": "unsupported_response_type", "max_age": "invalid_request", "registration": "registration_not_supported"} {
		refusedTo(t, app, v.Get(t, bring(app, of(s, app, map[string]any{change: map[string]any{"x": 1}}), nil)), code)
	}
	answered(t, v.Get(t, bring(app, whole, nil)))
}

// A client that must sign is refused what it did not sign, at once and while a page is open.
func TestSignedRequestsAreRequired(t *testing.T) {
	t.Parallel()
	s := newObjectSigner(t, jose.ES256)
	app, v := newApp(t, s.keys(t)), visitor(t)
	app.Tokens(t, v, "alice", nil)
	page, _ := authorize(t, app, v, url.Values{"prompt": {"consent"}})
	asksToAgree(t, page)
	to, _ := push(t, app, nil)
	change(t, app.Object, signRequired)
	effective(t, func() bool {
		view, _ := authorize(t, app, v, nil)
		return view.Param("error") == "invalid_request" && strings.Contains(view.Param("error_description"), "spec.signedRequests")
	})
	refusedTo(t, app, v.Decide(t, page, "allow"), "invalid_request")
	refusedTo(t, app, v.Get(t, to), "invalid_request")
	if _, _, answer := app.Push(t, nil); answer.Code() != "invalid_request" {
		t.Errorf("/par answers %d %s", answer.Status, answer.Body)
	}
	object, verifier := s.object(t, app, nil)
	tokensOf(t, app.Redeem(t, answered(t, v.Get(t, bring(app, object, nil))), verifier, nil))
}
