package registration

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/unregistered"
)

// A client that registered at one replica is known at all others, also at one that starts later,
// and its session goes on there.
func TestClientIsKnownEverywhere(t *testing.T) {
	g := grantor(t)
	if told := installation.Discovery(t, g.Issuer).JSON["registration_endpoint"]; told != g.Issuer+"/register" {
		t.Errorf("registration_endpoint is %v", told)
	}
	answer := register(t, g.Issuer, metadata(map[string]any{"scope": "openid write", "unheard-of": 1, "logo_uri": "https://app.example/logo.png", "client_uri": "https://app.example"}))
	if answer.Status != http.StatusCreated || answer.Header.Get("Cache-Control") != "no-store" || answer.JSON["client_secret"] != nil || len(text(answer.JSON, "client_id")) > 600 {
		t.Fatalf("/register answers %d %s", answer.Status, answer.Body)
	}
	for name, want := range map[string]any{"client_name": "Agent", "scope": "openid", "token_endpoint_auth_method": "none", "unheard-of": nil, "logo_uri": nil, "client_uri": nil, "registration_client_uri": nil} {
		if answer.JSON[name] != want {
			t.Errorf("%s is %v", name, answer.JSON[name])
		}
	}
	replica := g.StartReplica(t, devenv.ServerSettings{})
	client := installation.App{Issuer: replica.Options().URL, ID: text(answer.JSON, "client_id"), Redirect: installation.Redirect}
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer, replica.Options().URL)
	to, verifier := client.AuthorizationURL(url.Values{"scope": {"openid profile offline_access"}})
	view := v.Get(t, to)
	view.Shows(t, "This application registered itself", "Nobody has verified it")
	view = v.SignIn(t, view, "alice", "alice-password")
	view.Shows(t, "Allow <bdi>Agent</bdi> access", "This application registered itself", "Your answer goes to <strong><bdi>app.example</bdi></strong>")
	if strings.Contains(view.Body, client.ID) {
		t.Error("the page shows a client ID that nobody can read")
	}
	view = v.Decide(t, view, "allow")
	got := client.Redeem(t, view.Param("code"), verifier, nil)
	if got.Status != http.StatusOK || text(got.JSON, "refresh_token") == "" {
		t.Fatalf("/token answers %d %s", got.Status, got.Body)
	}
	for _, server := range g.Servers {
		client.Issuer = server.Options().URL
		if got = client.Refresh(t, text(got.JSON, "refresh_token"), nil); got.Status != http.StatusOK {
			t.Fatalf("a refresh answers %d %s", got.Status, got.Body)
		}
		if told := installation.Userinfo(t, client.Issuer, text(got.JSON, "access_token")); told.Status != http.StatusOK {
			t.Errorf("userinfo answers %d %s", told.Status, told.Body)
		}
	}
	v.Get(t, g.Issuer+"/account").Shows(t, "<bdi>Agent</bdi>", "Nobody has verified it. Answers go to <bdi>app.example</bdi>, <bdi>localhost</bdi>.")
	if gone := client.Post(t, "/revoke", url.Values{"token": {text(got.JSON, "refresh_token")}}); gone.Status != http.StatusOK {
		t.Errorf("/revoke answers %d %s", gone.Status, gone.Body)
	}
	if told := installation.Userinfo(t, g.Issuer, text(got.JSON, "access_token")); told.Status != http.StatusUnauthorized {
		t.Errorf("after that, userinfo answers %d %s", told.Status, told.Body)
	}
}

// Users are asked each time, and warned of what any program on their computer can claim.
func TestConsentIsAlwaysAsked(t *testing.T) {
	g := grantor(t)
	client, v := app(t, g.Issuer, map[string]any{"client_name": "<b>My Bank</b>"}), g.Visitor()
	client.Redirect = "http://localhost:49152/callback"
	unregistered.IsAskedForEachTime(t, client, v, "&lt;b&gt;My Bank&lt;/b&gt;", "localhost:49152", "Any program on this computer can claim to be this application")
}

// A client that wants a secret gets one that is stored nowhere and counts at every replica.
func TestSecretsThatAreNotStored(t *testing.T) {
	g := grantor(t)
	for _, method := range []any{"client_secret_basic", "client_secret_post", nil} {
		client, v := app(t, g.Issuer, map[string]any{"token_endpoint_auth_method": method}), g.Visitor()
		to, _ := client.AuthorizationURL(url.Values{"code_challenge": nil, "code_challenge_method": nil})
		if view := v.Get(t, to); view.Param("error") != "invalid_request" {
			t.Errorf("%v: without PKCE: %d %v", method, view.Status, view.Elsewhere)
		}
		code, verifier := client.Code(t, v, "alice", nil)
		client.Issuer = g.Servers[1].Options().URL
		for what, other := range map[string]installation.App{
			"no secret":         {Issuer: client.Issuer, ID: client.ID, Redirect: client.Redirect},
			"another secret":    {Issuer: client.Issuer, ID: client.ID, Secret: client.Secret + "x", Redirect: client.Redirect},
			"that of another":   {Issuer: client.Issuer, ID: client.ID, Secret: app(t, g.Issuer, map[string]any{"token_endpoint_auth_method": nil}).Secret, Redirect: client.Redirect},
			"a client that was": {Issuer: client.Issuer, ID: altered(client.ID), Secret: client.Secret, Redirect: client.Redirect},
		} {
			if answer := other.Redeem(t, code, verifier, nil); answer.Code() != "invalid_client" {
				t.Errorf("%v, %s: %d %s", method, what, answer.Status, answer.Body)
			}
		}
		if answer := client.Redeem(t, code, verifier, nil); answer.Status != http.StatusOK {
			t.Errorf("%v: /token answers %d %s", method, answer.Status, answer.Body)
		}
	}
	list := &oauthv1alpha1.OAuthClientList{}
	if err := g.Admin.List(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	for _, object := range list.Items {
		if strings.HasPrefix(object.ClientID(), "gdr_") {
			t.Errorf("there is an OAuthClient %s", object.Name)
		}
	}
}

// altered returns an ID with another character in its middle.
func altered(id string) string {
	other := "A"
	if id[100] == 'A' {
		other = "B"
	}
	return id[:100] + other + id[101:]
}

// What a client may not do whatever it registers.
func TestWhatNoRegistrationGives(t *testing.T) {
	g := grantor(t)
	client, v := app(t, g.Issuer, map[string]any{
		"grant_types": []string{"authorization_code", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"}, "scope": "openid write",
		"token_endpoint_auth_method": "client_secret_post",
	}), g.Visitor()
	if answer := client.Post(t, "/introspect", url.Values{"token": {"x"}}); answer.Status != http.StatusOK || answer.JSON["active"] != false {
		t.Errorf("introspection: %d %s", answer.Status, answer.Body)
	}
	unregistered.GetsNoMore(t, client, v)
	client.Redirect = "https://app.example/elsewhere"
	to, _ := client.AuthorizationURL(nil)
	if view := v.Get(t, to); view.Elsewhere != nil || view.Status != http.StatusBadRequest {
		t.Errorf("an address that is not registered: %d %v", view.Status, view.Elsewhere)
	}
}

// Each of these ends clients at once, and what they hold.
func TestClientsEnd(t *testing.T) {
	g := grantor(t)
	for name, test := range map[string]struct {
		change func(*oauthv1alpha1.AnonymousRegistration)
		page   string
	}{
		"none is accepted any more": {func(a *oauthv1alpha1.AnonymousRegistration) { a.Mode = oauthv1alpha1.AnonymousRegistrationDeny }, "Applications that register themselves are not accepted here"},
		"older ones are ended":      {func(a *oauthv1alpha1.AnonymousRegistration) { a.NotBefore = soon() }, "that has expired or was ended"},
		"its host is not named": {func(a *oauthv1alpha1.AnonymousRegistration) {
			a.RedirectHosts = []oauthv1alpha1.RedirectHost{"localhost"}
		}, "that has expired or was ended"},
	} {
		t.Run(name, func(t *testing.T) {
			g.Configure(t, sealing())
			client, v := app(t, g.Issuer, nil), g.Visitor()
			got := client.Tokens(t, v, "alice", nil)
			g.Configure(t, sealing(test.change))
			if told := installation.Userinfo(t, g.Issuer, text(got, "access_token")); told.Status != http.StatusUnauthorized {
				t.Errorf("userinfo answers %d %s", told.Status, told.Body)
			}
			if answer := client.Refresh(t, text(got, "refresh_token"), nil); answer.Code() != "invalid_client" {
				t.Errorf("a refresh answers %d %s", answer.Status, answer.Body)
			}
			to, _ := client.AuthorizationURL(nil)
			v.Get(t, to).Shows(t, test.page)
		})
	}
	g.Configure(t, sealing())
}

// Where no one can register, nothing says that there is an endpoint.
func TestOffByDefault(t *testing.T) {
	g := shared.Grantor(t)
	for name, change := range map[string]func(*oauthv1alpha1.OAuthServer){
		"nothing is said": func(server *oauthv1alpha1.OAuthServer) { server.Spec.Registration = nil },
		"it is empty": func(server *oauthv1alpha1.OAuthServer) {
			server.Spec.Registration = &oauthv1alpha1.ServerRegistration{}
		},
		"it is denied": sealing(func(a *oauthv1alpha1.AnonymousRegistration) { a.Mode = oauthv1alpha1.AnonymousRegistrationDeny }),
	} {
		g.Configure(t, change)
		if told := installation.Discovery(t, g.Issuer); told.JSON["registration_endpoint"] != nil {
			t.Errorf("%s: discovery says %s", name, told.Body)
		}
		if answer := register(t, g.Issuer, metadata(nil)); answer.Status != http.StatusNotFound || answer.Code() != "not_found" {
			t.Errorf("%s: /register answers %d %s", name, answer.Status, answer.Body)
		}
	}
}

// A resource says itself whether such clients may ask for it.
func TestResources(t *testing.T) {
	g := grantor(t)
	client, v := app(t, g.Issuer, nil), g.Visitor()
	for rule, want := range map[oauthv1alpha1.ResourceClientsRule]string{oauthv1alpha1.ResourceClientsAllow: "", oauthv1alpha1.ResourceClientsDeny: "invalid_target"} {
		name := strings.ToLower(string(rule))
		resource := &oauthv1alpha1.OAuthResource{
			ObjectMeta: metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: name},
			Spec: oauthv1alpha1.OAuthResourceSpec{
				Identifier: oauthv1alpha1.ResourceIdentifier("https://mcp.example/" + name),
				Scopes:     []oauthv1alpha1.ResourceScope{{Name: "tickets.read"}},
				Clients:    oauthv1alpha1.ResourceClients{Registered: rule, MetadataDocuments: oauthv1alpha1.ResourceClientsAllow},
			},
		}
		if err := g.Admin.Create(t.Context(), resource); err != nil {
			t.Fatal(err)
		}
		installation.Eventually(t, installation.Effective, func() bool {
			request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, fmt.Sprintf("%s/resources/%s/%s", g.Issuer, devenv.SystemNamespace, name), http.NoBody)
			return installation.Do(t, request).Status == http.StatusOK
		}, func() string { return "resource " + name })
		to, verifier := client.AuthorizationURL(url.Values{"resource": {string(resource.Spec.Identifier)}, "scope": {"tickets.read"}})
		view := v.Get(t, to)
		if view.Param("error") != want {
			t.Errorf("%s: %d %v %s", rule, view.Status, view.Elsewhere, view.Body)
		}
		if want != "" {
			continue
		}
		view = v.Through(t, view, "alice")
		answer := client.Redeem(t, view.Param("code"), verifier, nil)
		if answer.Status != http.StatusOK || answer.JSON["scope"] != "tickets.read" {
			t.Errorf("%s: /token answers %d %s", rule, answer.Status, answer.Body)
		}
	}
}
