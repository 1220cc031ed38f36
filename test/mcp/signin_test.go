package mcp

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// A client that knows nothing but the URL of an MCP server signs its user in with the URL of
// its metadata document.
func TestSignInByMetadataDocument(t *testing.T) {
	accepts(t)
	ns := shared.Namespace(t)
	allow(t, ns)
	tickets, notes := newServer(t, ns, "tickets"), newServer(t, ns, "notes")
	id := "https://" + authority.host + "/oauth/client.json"
	a, v := check(t, tickets, notes, id, nil)

	// Where what the user allowed has ended, the client asks again.
	called := a.does(t, "call", whoami)
	app := installation.App{Issuer: shared.Grantor(t).Issuer, ID: id}
	if answer := app.Post(t, "/revoke", url.Values{"token": {called.Tokens.Refresh}}); answer.Status != http.StatusOK {
		t.Fatalf("/revoke answers %d %s", answer.Status, answer.Body)
	}
	a.does(t, "spoil", nil)
	agrees(t, v, a, tickets, a.does(t, "call", whoami), id)
}

// A client that has no metadata document registers itself.
func TestSignInByRegistration(t *testing.T) {
	configured(t, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Registration = &oauthv1alpha1.ServerRegistration{Anonymous: oauthv1alpha1.AnonymousRegistration{Mode: oauthv1alpha1.AnonymousRegistrationSealed}}
	}, func(metadata map[string]any) bool { return metadata["registration_endpoint"] != nil })
	ns := shared.Namespace(t)
	allow(t, ns)
	tickets, notes := newServer(t, ns, "tickets"), newServer(t, ns, "notes")
	registers := "POST " + shared.Grantor(t).Issuer + "/register 201"
	a, v := check(t, tickets, notes, "", []string{registers})

	// Where its registration has ended, the client registers again. Times are whole seconds.
	end := time.Now().Truncate(time.Second).Add(time.Second)
	version := fmt.Sprintf("version-%d", end.Unix())
	configured(t, func(s *oauthv1alpha1.OAuthServer) {
		s.Spec.Scopes = append(s.Spec.Scopes, oauthv1alpha1.ScopeDefinition{Name: oauthv1alpha1.Scope(version)})
		s.Spec.Registration.Anonymous.NotBefore = new(metav1.NewTime(end))
	}, func(metadata map[string]any) bool {
		scopes, _ := metadata["scopes_supported"].([]any)
		return slices.Contains(scopes, any(version))
	})
	installation.Eventually(t, within, func() bool { return time.Now().After(end) }, func() string { return "next second" })
	a.does(t, "spoil", nil)
	again := a.does(t, "call", whoami)
	if !slices.Contains(again.Visited, registers) {
		t.Errorf("the client visits %q", again.Visited)
	}
	agrees(t, v, a, tickets, again, "")
}

// whoami is a call of the tool.
var whoami = map[string]any{"tool": "whoami"}

// check signs a user in to two MCP servers. registered is what the client visits to get an ID.
// It returns the client of the first.
func check(t *testing.T, one, other mcpServer, documentURL string, registered []string) (agent, *installation.Visitor) {
	t.Helper()
	v := installation.NewVisitor(http.DefaultTransport, shared.Grantor(t).Issuer)
	first, second := newAgent(t, documentURL), newAgent(t, documentURL)
	ofOne, ofOther := signIn(t, v, first, one, documentURL, registered), signIn(t, v, second, other, documentURL, registered)

	// A token of one is refused by the other.
	for _, test := range []struct {
		server mcpServer
		token  string
		status int
	}{
		{one, ofOne, http.StatusOK}, {other, ofOther, http.StatusOK},
		{one, ofOther, http.StatusUnauthorized}, {other, ofOne, http.StatusUnauthorized},
	} {
		answer := test.server.ask(t, test.token)
		if answer.Status != test.status {
			t.Errorf("%s answers %d %s, not %d", test.server.URL, answer.Status, answer.Body, test.status)
		}
		if answer.Status == http.StatusUnauthorized && answer.Header.Get("WWW-Authenticate") != test.server.Resource.Status.Challenge {
			t.Errorf("the challenge is %q", answer.Header.Get("WWW-Authenticate"))
		}
	}

	// The client refreshes once its access token is refused, and nothing else happens.
	for agent, server := range map[agent]mcpServer{first: one, second: other} {
		agent.does(t, "spoil", nil)
		again := agent.does(t, "call", whoami)
		if want := []string{"POST " + server.URL + " 401"}; again.Visited[0] != want[0] || !strings.HasPrefix(again.Text, "local:") {
			t.Errorf("refreshing leads to %q by %q", again.Text, again.Visited)
		}
		if strings.Contains(strings.Join(again.Visited, " "), "/authorize") || again.Tokens.Access == "expired" {
			t.Errorf("the client has %+v", again)
		}
	}
	return first, v
}

// signIn signs a user in and returns the access token.
func signIn(t *testing.T, v *installation.Visitor, a agent, server mcpServer, documentURL string, registered []string) string {
	t.Helper()
	issuer := shared.Grantor(t).Issuer
	begun := a.does(t, "connect", map[string]any{"server": server.URL})
	// Without a token, the client finds everything from the 401 alone.
	wanted := append([]string{
		"POST " + server.URL + " 401", "GET " + server.Resource.Status.MetadataURL + " 200",
		"GET " + issuer + "/.well-known/oauth-authorization-server 200",
	}, registered...)
	if !slices.Equal(begun.Visited, wanted) {
		t.Errorf("the client visits %q, not %q", begun.Visited, wanted)
	}
	return agrees(t, v, a, server, begun, documentURL)
}

// agrees lets a user agree to what a client asks for, and returns the access token.
func agrees(t *testing.T, v *installation.Visitor, a agent, server mcpServer, begun result, documentURL string) string {
	t.Helper()
	to, err := url.Parse(begun.AuthorizationURL)
	if err != nil {
		t.Fatal(err)
	}
	asked := to.Query()
	if asked.Get("resource") != server.URL || asked.Get("scope") != "tickets.read" || (documentURL != "" && asked.Get("client_id") != documentURL) {
		t.Errorf("the client asks for %v", asked)
	}
	page := v.Get(t, begun.AuthorizationURL)
	if _, ok := page.LoginForm(); ok {
		page = v.SignIn(t, page, "alice", "alice-password")
	}
	for _, text := range []string{"Agent", server.URL, "Tickets", "Read tickets", "Any program on this computer"} {
		if !strings.Contains(page.Body, text) {
			t.Errorf("the page does not say %q:\n%s", text, page.Body)
		}
	}
	page = v.Decide(t, page, "allow")
	if page.Elsewhere == nil || !strings.HasPrefix(page.Elsewhere.String(), redirect+"?") {
		t.Fatalf("agreeing leads to %d %v", page.Status, page.Elsewhere)
	}
	done := a.does(t, "finish", map[string]any{"callback": page.Elsewhere.String()})
	if done.Tokens.Access == "" || done.Tokens.Refresh == "" || done.Tokens.Scope != "tickets.read" || (documentURL != "" && done.ClientID != documentURL) {
		t.Errorf("the client has the ID %s and tokens with scope %q", done.ClientID, done.Tokens.Scope)
	}
	called := a.does(t, "call", whoami)
	if !strings.HasPrefix(called.Text, "local:") || !strings.HasSuffix(called.Text, " with tickets.read") {
		t.Errorf("the tool says %q", called.Text)
	}
	return done.Tokens.Access
}
