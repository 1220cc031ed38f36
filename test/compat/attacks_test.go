package compat

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// Registering at the path of Gancio is bound as at the registration endpoint, by one limit.
func TestGancioRegistrationIsBound(t *testing.T) {
	g := gancioServer(t)
	header := func() http.Header { return http.Header{"Content-Type": {formType}, "X-Forwarded-For": {"192.0.2.77"}} }
	for n := range 10 {
		// What is refused counts, too.
		body := gancioForm("scopes", []string{"", "other"}[n%2])
		if answer := send(t, http.MethodPost, g.Issuer+"/api/client", header(), body); answer.Status == http.StatusTooManyRequests {
			t.Fatalf("request %d is one too many", n+1)
		}
	}
	registered := header()
	registered.Set("Content-Type", "application/json")
	for path, answer := range map[string]installation.Answer{
		"/api/client": send(t, http.MethodPost, g.Issuer+"/api/client", header(), gancioForm()),
		"/register":   send(t, http.MethodPost, g.Issuer+"/register", registered, `{"redirect_uris":["https://app.example/cb"]}`),
	} {
		if answer.Status != http.StatusTooManyRequests || answer.Header.Get("Retry-After") == "" {
			t.Errorf("%s answers %d %s", path, answer.Status, answer.Body)
		}
	}
	for name, change := range map[string]func(http.Header){
		"a web page":     func(h http.Header) { h.Set("Origin", "https://app.example") },
		"its sandbox":    func(h http.Header) { h.Set("Origin", "null") },
		"a token":        func(h http.Header) { h.Set("Authorization", "Bearer x") },
		"another type":   func(h http.Header) { h.Set("Content-Type", "text/plain") },
		"two types":      func(h http.Header) { h.Add("Content-Type", "application/json") },
		"multipart form": func(h http.Header) { h.Set("Content-Type", "multipart/form-data; boundary=x") },
	} {
		h := header()
		h.Set("X-Forwarded-For", address())
		change(h)
		if answer := send(t, http.MethodPost, g.Issuer+"/api/client", h, gancioForm()); answer.Status < 400 || answer.Status >= 500 || answer.JSON["client_id"] != nil {
			t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
		}
	}
	if answer := createClient(t, g.Issuer, formType, gancioForm("redirect_uris", "https://evil.example/")); answer.Code() != "invalid_redirect_uri" {
		t.Errorf("a host that is not named: %d %s", answer.Status, answer.Body)
	}
}

// An attacker registers an application with the redirect URI of another, and has users allow
// it. Neither application gets anything for the code of the other.
func TestCodesOfOtherGancioApplications(t *testing.T) {
	g := gancioServer(t)
	honest, attacker := newPlugin(t, g), newPlugin(t, g, "client_name", "Attacker")
	if honest.id == attacker.id {
		t.Fatal("they are the same")
	}
	v := visitor(g)
	code := attacker.code(t, v, "alice")
	if answer := honest.token(t, code); answer.Code() != "invalid_grant" {
		t.Errorf("the honest application redeems the attacker's code: %d", answer.Status)
	}
	mine := honest.code(t, v, "alice")
	if answer := attacker.token(t, mine); answer.Code() != "invalid_grant" {
		t.Errorf("the attacker redeems a code of the honest application: %d", answer.Status)
	}
	stolen := honest
	stolen.secret = attacker.secret
	if answer := stolen.token(t, mine); answer.Code() != "invalid_client" {
		t.Errorf("with the attacker's secret: %d", answer.Status)
	}
	if answer := honest.token(t, mine, "redirect_uri", "https://app.example/cb"); answer.Code() != "invalid_grant" {
		t.Errorf("with another redirect_uri: %d %s", answer.Status, answer.Code())
	}
	if answer := honest.token(t, mine, "code_verifier", strings.Repeat("v", 43)); answer.Code() != "invalid_grant" {
		t.Errorf("with a verifier for no challenge: %d %s", answer.Status, answer.Code())
	}
	// A challenge that was sent counts, whoever leaves the verifier out.
	_, challenge := installation.Verifier()
	view := v.Through(t, v.Get(t, honest.authorize()+"&code_challenge_method=S256&code_challenge="+challenge), "alice")
	if answer := honest.token(t, view.Param("code")); answer.Code() != "invalid_grant" {
		t.Errorf("without the verifier: %d %s", answer.Status, answer.Code())
	}
	if answer := honest.token(t, mine); answer.Status != http.StatusOK {
		t.Errorf("the honest application gets %d %s", answer.Status, answer.Code())
	}
}

// An application with more addresses than one has to say where the code went.
func TestGancioApplicationsWithTwoAddresses(t *testing.T) {
	g := gancioServer(t)
	v := visitor(g)
	for name, uris := range map[string][]oauthv1alpha1.RedirectURI{"two": {gancioRedirect, "https://app.example/cb"}, "one": {gancioRedirect}} {
		app := g.NewApp(t, installation.Application(shared.Namespace(t), name, func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.RedirectURIs, c.Spec.Scopes, c.Spec.PKCE = uris, []oauthv1alpha1.Scope{"event:write"}, oauthv1alpha1.PKCEOptional
		}))
		p := plugin{g.Issuer, app.ID, app.Secret, gancioRedirect, "event:write"}
		answer := p.token(t, p.code(t, v, "alice"))
		if (answer.Status == http.StatusOK) != (name == "one") || name == "two" && answer.Code() != "invalid_grant" {
			t.Errorf("%s: %d %s", name, answer.Status, answer.Code())
		}
		// The standard's endpoint is as strict as ever.
		app.Redirect = gancioRedirect
		if answer := app.Redeem(t, p.code(t, v, "alice"), "", url.Values{"redirect_uri": nil, "code_verifier": nil}); answer.Code() != "invalid_grant" {
			t.Errorf("%s at /token: %d %s", name, answer.Status, answer.Code())
		}
	}
}

// A registrant knows its own applications only, whatever the annotations of its OAuthClients
// say.
func TestApplicationsOfOtherTenants(t *testing.T) {
	g := coderServer(t)
	ours, theirs := newRegistrar(t, g), newRegistrar(t, g)
	us, them := coder{g.Issuer, ours.token(t, "registration")}, coder{g.Issuer, theirs.token(t, "registration")}
	mine, other := us.app(t, "Mine"), them.app(t, "Theirs")
	check := func(what, id string) {
		t.Helper()
		for method, path := range map[string]string{
			http.MethodGet: apps + "/" + id, http.MethodDelete: apps + "/" + id, http.MethodPost: apps + "/" + id + "/secrets", http.MethodHead: apps + "/" + id + "/secrets",
		} {
			if answer := us.call(t, method, path, nil); answer.Status != http.StatusNotFound {
				t.Errorf("%s, %s: %d %s", what, method, answer.Status, answer.Code())
			}
		}
	}
	check("another tenant's", other.id)
	check("one that was not registered", ours.app.ID)
	if list := us.call(t, http.MethodGet, apps, nil); strings.Contains(list.Body, other.id) || !strings.Contains(list.Body, mine.id) {
		t.Errorf("the list is %d %s", list.Status, list.Body)
	}
	// Whoever may edit OAuthClients here makes one look like the other tenant's.
	theirName, myName := strings.TrimPrefix(other.id, theirs.namespace+"."), strings.TrimPrefix(mine.id, ours.namespace+".")
	object := &oauthv1alpha1.OAuthClient{}
	if err := g.Admin.Get(t.Context(), client.ObjectKey{Namespace: theirs.namespace, Name: theirName}, object); err != nil {
		t.Fatal(err)
	}
	edit(t, g, ours.namespace, myName, func(c *oauthv1alpha1.OAuthClient) {
		c.Annotations[oauthv1alpha1.AnnotationRegistration] = object.Annotations[oauthv1alpha1.AnnotationRegistration]
	})
	installation.Eventually(t, installation.Effective, func() bool {
		return us.call(t, http.MethodDelete, apps+"/"+mine.id, nil).Status == http.StatusNotFound
	}, func() string { return "application that is not found" })
	if answer := us.call(t, http.MethodPost, apps+"/"+mine.id+"/secrets", nil); answer.Status != http.StatusNotFound {
		t.Errorf("a secret of another tenant's Registration: %d", answer.Status)
	}
	if answer := them.call(t, http.MethodGet, apps+"/"+other.id, nil); answer.Status != http.StatusOK {
		t.Errorf("the other tenant's application is %d", answer.Status)
	}
	if answer := other.exchange(t, "x"); answer.Code() != "invalid_grant" {
		t.Errorf("its secret is answered with %s", answer.Code())
	}
}

// Who may end what a user allowed an application.
func TestWhoEndsTokensOfAnApplication(t *testing.T) {
	g := coderServer(t)
	r := newRegistrar(t, g)
	own := shared.Namespace(t)
	policy := &oauthv1alpha1.OAuthClientPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: own}}
	policy.Spec.NamespaceSelector.MatchLabels = map[string]string{"kubernetes.io/metadata.name": own}
	policy.Spec.Scopes = []oauthv1alpha1.Scope{"account", "openid", "profile"}
	if err := g.Admin.Create(t.Context(), policy); err != nil {
		t.Fatal(err)
	}
	app := coder{g.Issuer, r.token(t, "registration")}.app(t, "Target")
	manager := g.NewApp(t, installation.Application(own, "manager", func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Scopes = []oauthv1alpha1.Scope{"account", "openid", "profile"}
	}))
	v := visitor(g)
	held := app.signIn(t, v, "alice")
	end := func(token, query string) installation.Answer {
		return coder{g.Issuer, token}.call(t, http.MethodDelete, "/oauth2/tokens"+query, nil)
	}
	target := "?client_id=" + url.QueryEscape(app.id)
	plain, allowed := text(manager.Tokens(t, v, "alice", nil)["access_token"]), text(manager.Tokens(t, v, "alice", url.Values{"scope": {"openid account"}})["access_token"])
	bobs := text(manager.Tokens(t, visitor(g), "bob", url.Values{"scope": {"openid account"}})["access_token"])
	for name, test := range map[string]struct {
		token, query string
		status       int
	}{
		"another application's token": {plain, target, http.StatusForbidden}, "one of no user": {r.token(t, "read"), target, http.StatusUnauthorized},
		"none": {"", target, http.StatusUnauthorized}, "a made-up one": {"x", target, http.StatusUnauthorized}, "a refresh token": {text(held.JSON["refresh_token"]), target, http.StatusUnauthorized},
		"no client": {allowed, "", http.StatusBadRequest}, "two clients": {allowed, target + "&client_id=x", http.StatusBadRequest}, "a client that is not there": {allowed, "?client_id=x", http.StatusNotFound},
		"a broken query": {allowed, "?client_id=%zz", http.StatusBadRequest}, "another user's": {bobs, target, http.StatusNoContent},
	} {
		if answer := end(test.token, test.query); answer.Status != test.status {
			t.Errorf("%s: %d %s", name, answer.Status, answer.Body)
		}
		if user := me(t, g.Issuer, text(held.JSON["access_token"])); user.Status != http.StatusOK {
			t.Fatalf("%s ends the token: %d", name, user.Status)
		}
	}
	// A scope account that any client may ask for is one of somebody's API.
	restricted := func(is bool) {
		configured(t, g, func(server *oauthv1alpha1.OAuthServer) {
			scope(server, oauthv1alpha1.ScopeDefinition{Name: "account", Description: "End what you allowed applications", Restricted: is})
		})
	}
	restricted(false)
	if answer := end(allowed, target); answer.Status != http.StatusForbidden {
		t.Errorf("with a scope account that is not restricted: %d %s", answer.Status, answer.Body)
	}
	restricted(true)
	// As the account page, it costs a user a place in a limit.
	answers := make(chan installation.Answer)
	const many = 60
	for range many {
		go func() { answers <- end(bobs, target) }()
	}
	limited := 0
	for range many {
		switch answer := <-answers; {
		case answer.Status == http.StatusTooManyRequests && answer.Header.Get("Retry-After") != "":
			limited++
		case answer.Status != http.StatusNoContent:
			t.Errorf("one of many: %d %s", answer.Status, answer.Body)
		}
	}
	if limited == 0 {
		t.Error("there is no limit")
	}
	if answer := end(allowed, target); answer.Status != http.StatusNoContent {
		t.Errorf("with the scope account: %d %s", answer.Status, answer.Body)
	}
	if user := me(t, g.Issuer, text(held.JSON["access_token"])); user.Status != http.StatusUnauthorized {
		t.Errorf("after that, the token gives %d", user.Status)
	}
	if answer := get(t, g.Issuer+"/userinfo", http.Header{"Authorization": {"Bearer " + allowed}}); answer.Status != http.StatusOK {
		t.Errorf("the tokens of the other application end, too: %d", answer.Status)
	}
}

// Whatever is sent to the paths of Gancio and Coder, the server is not at fault.
func TestWhateverIsSentToTheirPaths(t *testing.T) {
	gancioServer(t)
	g := grantor(t)
	r := newRegistrar(t, g)
	speaking(t, g, everySystem...)
	session := r.token(t, "registration")
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	odd := []string{"", "x", "..", "%00", "%2e%2e", "%ff", "%E2%80%AE", "a/b", "secrets", "secrets/1", strings.Repeat("a", 700), "reg-aaaaaaaa", r.namespace + ".reg-aaaaaaaa", r.namespace + "."}
	paths := []string{"/api/client", "/api/client/", "/oauth/token", apps, apps + "/", "/oauth2/authorize", "/oauth2/tokens", "/oauth2/revoke", "/oauth2/register", "/oauth2/clients/", "/api/v2/users/me", "/.well-known/oauth-protected-resource"}
	bodies := []string{
		"", "{", "[]", "null", `{"name":null}`, `{"name":"x","callback_url":"https://app.example/cb\u0000"}`, `{"redirect_uris":"https://app.example/\ud800"}`, "client_id=x&client_id=y", "grant_type=authorization_code&client_id=%00&code=%ff",
		"redirect_uris=https://app.example/cb&client_name=%E2%80%AE", strings.Repeat("{", 5000), strings.Repeat("a=b&", 100), strings.Repeat("x", 70<<10), `{"client_name":"` + strings.Repeat("x", 60<<10) + `"}`,
	}
	for n := range 400 {
		header := http.Header{"X-Forwarded-For": {address()}}
		for name, list := range map[string][]string{
			"Content-Type": {"", formType, "application/json", "application/json; charset=\"", "x"}, "Authorization": {"", "Bearer " + session, "Bearer", "Bearer \xff", "Basic eDp5", "DPoP " + session},
			"Accept": {"", "text/html"}, "DPoP": {"", "", "x.y.z"},
		} {
			if value := pick(list); value != "" {
				header.Set(name, value)
			}
		}
		method, path := pick([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}), pick(paths)
		if strings.HasSuffix(path, "/") {
			path += pick(odd)
		}
		if random.IntN(3) == 0 {
			path += "?client_id=" + pick([]string{"x", "%zz", "%00", strings.Repeat("c", 5000), "a&client_id=b"})
		}
		request, err := http.NewRequestWithContext(t.Context(), method, g.Issuer+path, strings.NewReader(pick(bodies)))
		if err != nil {
			continue
		}
		request.Header = header
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			if strings.Contains(fmt.Sprint(err), "invalid header") {
				continue
			}
			t.Fatalf("request %d, %s %s: %v", n, method, path, err)
		}
		if response.Body.Close(); response.StatusCode >= http.StatusInternalServerError {
			t.Errorf("request %d, %s %s answers %d", n, method, path, response.StatusCode)
		}
	}
}
