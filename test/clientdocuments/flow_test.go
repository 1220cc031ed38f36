package clientdocuments

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
	"github.com/grantor-dev/grantor/test/unregistered"
)

// accepting makes an OAuthServer accept the documents of the named site.
func accepting(change ...func(*oauthv1alpha1.ServerClientMetadataDocuments)) func(*oauthv1alpha1.OAuthServer) {
	return func(server *oauthv1alpha1.OAuthServer) {
		server.Spec.Outbound.Networks = []oauthv1alpha1.Network{"127.0.0.0/8", "::1"}
		documents := &oauthv1alpha1.ServerClientMetadataDocuments{
			Hosts:     []oauthv1alpha1.DocumentHost{oauthv1alpha1.DocumentHost(sites.host)},
			Scopes:    []oauthv1alpha1.Scope{"openid", "profile", "offline_access", "read"},
			Audiences: []oauthv1alpha1.Audience{"https://mcp.example/tickets", audience},
		}
		for _, f := range change {
			f(documents)
		}
		server.Spec.ClientMetadataDocuments = documents
	}
}

// audience is the client ID of a resource server that introspects.
const audience = devenv.SystemNamespace + ".tickets"

// grantor returns the one Grantor that most tests of this package use.
func grantor(t testing.TB) *installation.Installation {
	t.Helper()
	g := shared.Grantor(t)
	g.Configure(t, accepting())
	return g
}

// client is the client with an ID, at an issuer or replica.
func client(at, id string) installation.App {
	return installation.App{Issuer: at, ID: id, Redirect: "https://" + sites.host + "/callback"}
}

// A client that was never registered signs a user in, and its session does not depend on its
// host: not at another replica, which never fetched the document, and not after a restart.
func TestSessionOutlivesItsHost(t *testing.T) {
	g := grantor(t)
	resource := g.Create(t, installation.Service(devenv.SystemNamespace, "tickets"))
	id := sites.publishes(t, nil)
	app, v := client(g.Issuer, id), g.Visitor()
	to, verifier := app.AuthorizationURL(url.Values{"scope": {"openid profile offline_access"}, "resource": {audience}})
	view := v.Get(t, to)
	view.Shows(t, "publishes this application", "It is not registered here.")
	view = v.SignIn(t, view, "alice", "alice-password")
	view.Shows(t, "Allow <bdi>Agent</bdi> access", "<bdi>"+sites.host+"</bdi> publishes this application", "Your answer goes to <strong><bdi>"+sites.host+"</bdi></strong>")
	if strings.Contains(view.Body, "Any program on this computer") {
		t.Errorf("the page warns of programs on this computer: %s", view.Body)
	}
	sites.setAway(true)
	t.Cleanup(func() { sites.setAway(false) })
	view = v.Decide(t, view, "allow")
	answer := app.Redeem(t, view.Param("code"), verifier, nil)
	if answer.Status != http.StatusOK {
		t.Fatalf("/token answers %d %s", answer.Status, answer.Body)
	}
	asked := sites.requests(id)
	replica := g.StartReplica(t, devenv.ServerSettings{})
	for _, at := range []string{g.Issuer, g.Servers[1].Options().URL, replica.Options().URL} {
		refresh, _ := answer.JSON["refresh_token"].(string)
		if answer = client(at, id).Refresh(t, refresh, nil); answer.Status != http.StatusOK || answer.JSON["refresh_token"] == nil {
			t.Fatalf("a refresh answers %d %s", answer.Status, answer.Body)
		}
		access, _ := answer.JSON["access_token"].(string)
		if told := installation.Userinfo(t, at, access); told.Status != http.StatusOK || told.JSON["sub"] == nil || told.JSON["sub"] == id {
			t.Errorf("userinfo answers %d %s", told.Status, told.Body)
		}
		told := installation.Post(t, at+"/introspect", resource.ClientID(), g.Value(t, resource), url.Values{"token": {access}})
		if told.JSON["active"] != true || told.JSON["client_id"] != id {
			t.Errorf("introspection answers %d %s", told.Status, told.Body)
		}
	}
	if now := sites.requests(id); now != asked || asked > 1 {
		t.Errorf("the document was asked for %d times, and %d times later", asked, now-asked)
	}
	account := v.Get(t, g.Issuer+"/account")
	account.Shows(t, sites.host, id)
	access, _ := answer.JSON["access_token"].(string)
	if gone := client(g.Issuer, id).Post(t, "/revoke", url.Values{"token": {answer.JSON["refresh_token"].(string)}}); gone.Status != http.StatusOK {
		t.Errorf("/revoke answers %d %s", gone.Status, gone.Body)
	}
	if told := installation.Userinfo(t, g.Issuer, access); told.Status != http.StatusUnauthorized {
		t.Errorf("after that, userinfo answers %d %s", told.Status, told.Body)
	}
}

// Users are asked each time, and warned of what any program on their computer can claim.
func TestConsentIsAlwaysAsked(t *testing.T) {
	g := grantor(t)
	id := sites.publishes(t, map[string]any{"client_name": "<b>My Bank</b>", "logo_uri": "https://" + sites.host + "/logo.png"})
	app, v := client(g.Issuer, id), g.Visitor()
	app.Redirect = "http://127.0.0.1:49152/callback"
	page := unregistered.IsAskedForEachTime(t, app, v, "&lt;b&gt;My Bank&lt;/b&gt;", "<bdi>"+sites.host+"</bdi> publishes this application", "127.0.0.1:49152", "Any program on this computer can claim to be this application")
	if strings.Contains(page.Body, "logo") || strings.Contains(page.Header.Get("Content-Security-Policy"), sites.host) {
		t.Errorf("the page has a logo: %s", page.Body)
	}
}

// What a client may not do whatever its document says.
func TestWhatNoDocumentGives(t *testing.T) {
	g := grantor(t)
	id := sites.publishes(t, map[string]any{
		"grant_types": []string{"authorization_code", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"}, "scope": "openid write",
	})
	app, v := client(g.Issuer, id), g.Visitor()
	if answer := app.Post(t, "/introspect", url.Values{"token": {"x"}}); answer.Code() != "invalid_client" {
		t.Errorf("introspection: %d %s", answer.Status, answer.Body)
	}
	to, _ := app.AuthorizationURL(url.Values{"code_challenge": nil, "code_challenge_method": nil})
	if view := v.Get(t, to); view.Param("error") != "invalid_request" {
		t.Errorf("without PKCE: %d %v", view.Status, view.Elsewhere)
	}
	// Its document has no refresh_token among its grants.
	unregistered.GetsNoMore(t, app, v)
}

// A pushed request says by itself what the document said.
func TestPushedRequest(t *testing.T) {
	g := grantor(t)
	id := sites.publishes(t, nil)
	app, v := client(g.Issuer, id), g.Visitor()
	to, verifier, answer := app.Push(t, nil)
	if answer.Status != http.StatusCreated {
		t.Fatalf("/par answers %d %s", answer.Status, answer.Body)
	}
	sites.setAway(true)
	t.Cleanup(func() { sites.setAway(false) })
	view := v.SignIn(t, v.Get(t, strings.Replace(to, g.Issuer, g.Servers[1].Options().URL, 1)), "alice", "alice-password")
	view.Shows(t, "<bdi>"+sites.host+"</bdi> publishes this application")
	view = v.Decide(t, view, "allow")
	if answer := app.Redeem(t, view.Param("code"), verifier, nil); answer.Status != http.StatusOK {
		t.Errorf("/token answers %d %s", answer.Status, answer.Body)
	}
}

// A host that is no longer named has no clients, and their sessions end.
func TestHostIsNoLongerAccepted(t *testing.T) {
	g := grantor(t)
	id := sites.publishes(t, nil)
	app, v := client(g.Issuer, id), g.Visitor()
	got := app.Tokens(t, v, "alice", nil)
	refresh, _ := got["refresh_token"].(string)
	g.Configure(t, accepting(func(d *oauthv1alpha1.ServerClientMetadataDocuments) {
		d.Hosts = []oauthv1alpha1.DocumentHost{"editor.example"}
	}))
	t.Cleanup(func() { g.Configure(t, accepting()) })
	access, _ := got["access_token"].(string)
	if told := installation.Userinfo(t, g.Issuer, access); told.Status != http.StatusUnauthorized {
		t.Errorf("userinfo answers %d %s", told.Status, told.Body)
	}
	if answer := app.Refresh(t, refresh, nil); answer.Code() != "invalid_client" {
		t.Errorf("a refresh answers %d %s", answer.Status, answer.Body)
	}
	to, _ := app.AuthorizationURL(nil)
	view := v.Get(t, to)
	view.Shows(t, "Applications of "+sites.host+" are not accepted here", "unauthorized_client")
	if installation.Discovery(t, g.Issuer).JSON["client_id_metadata_document_supported"] != true {
		t.Error("discovery does not say that metadata documents are supported")
	}
	g.Configure(t, func(server *oauthv1alpha1.OAuthServer) { server.Spec.ClientMetadataDocuments = nil })
	if document := installation.Discovery(t, g.Issuer); strings.Contains(document.Body, "client_id_metadata_document_supported") {
		t.Errorf("discovery says %s", document.Body)
	}
	v.Get(t, to).Shows(t, "The application is unknown here.")
}
