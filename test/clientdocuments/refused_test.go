package clientdocuments

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// defect is a document that is refused.
type defect struct {
	document       func(testing.TB) string
	code, sentence string
}

// defects returns a document with each defect, by what is wrong with it.
func defects() map[string]defect {
	text := func(contentType, body string) func(testing.TB) string {
		return func(t testing.TB) string {
			return sites.answers(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", contentType)
				_, _ = fmt.Fprint(w, strings.ReplaceAll(body, "ID", "https://"+r.Host+r.URL.RequestURI()))
			})
		}
	}
	with := func(name string, value any) func(testing.TB) string {
		return func(t testing.TB) string { return sites.publishes(t, map[string]any{name: value}) }
	}
	signing := func(name string, value any) func(testing.TB) string {
		return func(t testing.TB) string {
			return sites.publishes(t, map[string]any{"token_endpoint_auth_method": "private_key_jwt", name: value})
		}
	}
	methods := func(list ...string) func(testing.TB) string {
		return func(t testing.TB) string {
			return sites.publishes(t, map[string]any{"token_endpoint_auth_method": nil, "token_endpoint_auth_methods_supported": list})
		}
	}
	status := func(code int) func(testing.TB) string {
		return func(t testing.TB) string {
			return sites.answers(t, func(w http.ResponseWriter, r *http.Request) {
				if code == http.StatusFound {
					http.Redirect(w, r, "https://"+sites.other+"/elsewhere", code)
					return
				}
				w.WriteHeader(code)
			})
		}
	}
	const asJSON = "application/json"
	const rest = `"redirect_uris": ["http://127.0.0.1/callback"]`
	return map[string]defect{
		"another client_id":              {with("client_id", "https://editor.example/oauth/client"), "invalid_client_metadata", "client_id is not the URL"},
		"no client_id":                   {with("client_id", nil), "invalid_client_metadata", "client_id is not the URL"},
		"a client_id that is a number":   {with("client_id", 7), "invalid_client_metadata", "client_id is not the URL"},
		"a secret":                       {with("client_secret", "s3cret"), "invalid_client_metadata", "has a client_secret"},
		"an end of a secret":             {with("client_secret_expires_at", 0), "invalid_client_metadata", "has a client_secret"},
		"a method with a secret":         {with("token_endpoint_auth_method", "client_secret_basic"), "invalid_client_metadata", "needs a secret"},
		"a method with a certificate":    {with("token_endpoint_auth_method", "tls_client_auth"), "invalid_client_metadata", "must be none or private_key_jwt"},
		"a method with keys, and none":   {with("token_endpoint_auth_method", "private_key_jwt"), "invalid_client_metadata", "neither jwks"},
		"methods with secrets only":      {methods("client_secret_post", "client_secret_basic"), "invalid_client_metadata", "must be none"},
		"keys of another host":           {signing("jwks_uri", "https://"+sites.other+"/keys"), "invalid_client_metadata", "neither jwks"},
		"keys without https":             {signing("jwks_uri", "http://"+sites.host+"/keys"), "invalid_client_metadata", "neither jwks"},
		"no key that can be used":        {signing("jwks", map[string]any{"keys": []any{map[string]any{"kty": "oct", "k": "c2VjcmV0"}}}), "invalid_client_metadata", "neither jwks"},
		"a method that is a list":        {with("token_endpoint_auth_method", []string{"none"}), "invalid_client_metadata", "must be none"},
		"other grants":                   {with("grant_types", []string{"client_credentials"}), "invalid_client_metadata", "grant_types do not include authorization_code"},
		"grants that are a text":         {with("grant_types", "authorization_code"), "invalid_client_metadata", "grant_types do not include authorization_code"},
		"other responses":                {with("response_types", []string{"token"}), "invalid_client_metadata", "response_types do not include code"},
		"a long name":                    {with("client_name", strings.Repeat("x", 101)), "invalid_client_metadata", "client_name is not a text"},
		"a name that runs backwards":     {with("client_name", "Agent\u202e"), "invalid_client_metadata", "client_name is not a text"},
		"a name that is not seen":        {with("client_name", "\u3164"), "invalid_client_metadata", "client_name is not a text"},
		"a name that is a list":          {with("client_name", []string{"Agent"}), "invalid_client_metadata", "client_name is not a text"},
		"no redirect URIs":               {with("redirect_uris", nil), "invalid_redirect_uri", "redirect_uris are missing"},
		"an empty list of redirect URIs": {with("redirect_uris", []string{}), "invalid_redirect_uri", "redirect_uris are missing"},
		"33 redirect URIs":               {with("redirect_uris", make([]string, 33)), "invalid_redirect_uri", "redirect_uris are missing"},
		"a redirect URI of another host": {with("redirect_uris", []string{"https://evil.example/callback"}), "invalid_redirect_uri", "none of its redirect_uris"},
		"a redirect URI of another port": {with("redirect_uris", []string{"https://" + sites.other + "/callback"}), "invalid_redirect_uri", "none of its redirect_uris"},
		"a user in a redirect URI":       {with("redirect_uris", []string{"https://" + sites.host + "@evil.example/"}), "invalid_redirect_uri", "none of its redirect_uris"},
		"a private scheme":               {with("redirect_uris", []string{"com.example.app:/callback"}), "invalid_redirect_uri", "none of its redirect_uris"},
		"http at the host":               {with("redirect_uris", []string{"http://" + sites.host + "x/callback", "http://agent.example/"}), "invalid_redirect_uri", "none of its redirect_uris"},
		"a fragment":                     {with("redirect_uris", []string{"http://127.0.0.1/callback#x"}), "invalid_redirect_uri", "none of its redirect_uris"},
		"a script":                       {with("redirect_uris", []string{"javascript:alert(1)"}), "invalid_redirect_uri", "none of its redirect_uris"},
		"no JSON":                        {text(asJSON, "client_id: ID"), "invalid_client_metadata", "not a JSON object"},
		"a list":                         {text(asJSON, `[{"client_id": "ID", `+rest+`}]`), "invalid_client_metadata", "not a JSON object"},
		"two objects":                    {text(asJSON, `{"client_id": "ID", `+rest+`} {}`), "invalid_client_metadata", "not a JSON object"},
		"a member twice":                 {text(asJSON, `{"client_id": "ID", "client_id": "ID", `+rest+`}`), "invalid_client_metadata", "each member once"},
		"another case":                   {text(asJSON, `{"Client_ID": "ID", `+rest+`}`), "invalid_client_metadata", "client_id is not the URL"},
		"bytes that are no UTF-8":        {text(asJSON, "{\"client_id\": \"ID\", \"client_name\": \"\xff\", "+rest+"}"), "invalid_client_metadata", "in UTF-8"},
		"a page":                         {text("text/html", `{"client_id": "ID", `+rest+`}`), "invalid_client_metadata", "not served as application/json"},
		"no media type":                  {text("", `{"client_id": "ID", `+rest+`}`), "invalid_client_metadata", "not served as application/json"},
		"more than 16 KiB":               {text(asJSON, `{"client_id": "ID", "x": "`+strings.Repeat("x", 16<<10)+`", `+rest+`}`), "invalid_client_metadata", "longer than 16 KiB"},
		"nothing there":                  {status(http.StatusNotFound), "invalid_client", "does not answer with one"},
		"a redirect":                     {status(http.StatusFound), "invalid_client", "does not answer with one"},
		"no content":                     {status(http.StatusNoContent), "invalid_client", "does not answer with one"},
	}
}

// Each defect is told to the user on a page, with a registered code and a sentence, since
// nothing may be sent to an address of a client that is not known.
func TestDefects(t *testing.T) {
	g := grantor(t)
	// Each replica fetches so many documents for users who have not signed in.
	replica := 0
	for name, test := range defects() {
		replica++
		t.Run(name, func(t *testing.T) {
			app := client(g.Servers[replica%2].Options().URL, test.document(t))
			to, _ := app.AuthorizationURL(nil)
			for range 2 {
				view := g.Visitor().Get(t, to)
				if view.Status != http.StatusBadRequest || view.Elsewhere != nil {
					t.Fatalf("answered %d %v %s", view.Status, view.Elsewhere, view.Body)
				}
				view.Shows(t, test.sentence, test.code)
				if strings.Contains(view.Body, "evil.example") || strings.Contains(view.Body, "s3cret") {
					t.Errorf("the page repeats what the document says: %s", view.Body)
				}
			}
			if n := sites.requests(app.ID); n != 1 {
				t.Errorf("the document was asked for %d times", n)
			}
		})
	}
	if n := sites.requests("https://" + sites.other + "/elsewhere"); n != 0 {
		t.Errorf("a redirect was followed")
	}
}

// What is unusual and right.
func TestDocumentsThatAreAccepted(t *testing.T) {
	g := grantor(t)
	for name, changes := range map[string]map[string]any{
		"nothing optional":   {"client_name": nil, "grant_types": nil, "token_endpoint_auth_method": nil},
		"several methods":    {"token_endpoint_auth_method": nil, "token_endpoint_auth_methods_supported": []string{"private_key_jwt", "none"}},
		"members of others":  {"software_id": "x", "jwks": map[string]any{"keys": []string{}}, "contacts": []string{"me@example.com"}},
		"unwanted addresses": {"redirect_uris": []string{"vscode://x/y", "https://" + sites.host + "/callback", "https://insiders.example/"}},
	} {
		t.Run(name, func(t *testing.T) {
			app := client(g.Issuer, sites.publishes(t, changes))
			app.Tokens(t, g.Visitor(), "alice", nil)
		})
	}
	t.Run("an address that is left out", func(t *testing.T) {
		app := client(g.Issuer, sites.publishes(t, map[string]any{"redirect_uris": []string{"https://" + sites.host + "/callback", "https://insiders.example/"}}))
		app.Redirect = "https://insiders.example/"
		to, _ := app.AuthorizationURL(nil)
		view := g.Visitor().Get(t, to)
		if view.Status != http.StatusBadRequest || view.Elsewhere != nil {
			t.Errorf("answered %d %v", view.Status, view.Elsewhere)
		}
	})
}

// A host that is away is no fault of the request, and is asked again later.
func TestHostIsAway(t *testing.T) {
	g := grantor(t)
	id := sites.answers(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	to, _ := client(g.Issuer, id).AuthorizationURL(nil)
	for range 20 {
		view := g.Visitor().Get(t, to)
		if view.Status != http.StatusServiceUnavailable || view.Header.Get("Retry-After") == "" {
			t.Fatalf("answered %d %s", view.Status, view.Body)
		}
		view.Shows(t, sites.host+", which does not answer at present")
	}
	if n := sites.requests(id); n != 1 {
		t.Errorf("the document was asked for %d times", n)
	}
}

// IDs that are no URLs of documents are refused without a request.
func TestIDsThatAreRefused(t *testing.T) {
	g := grantor(t)
	for id, sentence := range map[string]string{
		"https://" + sites.host:                 "it has no path",
		"https://" + sites.host + "/c#x":        "it has a fragment",
		"https://" + sites.host + "/a/../c":     "it has the segment . or .. in its path",
		"https://me@" + sites.host + "/c":       "user information",
		"https://127.0.0.1/c":                   "its host is an IP address",
		"https://LOCALHOST/c":                   "its host is not a name",
		"https://editor.example.evil.example/c": "Applications of editor.example.evil.example are not accepted here",
		"http://" + sites.host + "/c":           "unknown here",
		"https://" + sites.other + "/client/x":  "Applications of " + sites.other + " are not accepted here",
	} {
		to, _ := client(g.Issuer, id).AuthorizationURL(nil)
		view := g.Visitor().Get(t, to)
		if view.Status != http.StatusBadRequest || view.Elsewhere != nil {
			t.Errorf("%s: %d %v", id, view.Status, view.Elsewhere)
		}
		view.Shows(t, sentence)
		if answer := client(g.Issuer, id).Redeem(t, "gac_x", "x", nil); answer.Code() != "invalid_client" {
			t.Errorf("%s: %d %s", id, answer.Status, answer.Body)
		}
	}
	if n := sites.requests("https://" + sites.other + "/client/x"); n != 0 {
		t.Error("the other host was called")
	}
}

// Documents of other hosts are fetched for users who have signed in, and from public
// addresses only, although the OAuthServer names the network for those that it lists.
func TestOtherHostsAfterSignIn(t *testing.T) {
	g := grantor(t)
	g.Configure(t, accepting(func(d *oauthv1alpha1.ServerClientMetadataDocuments) {
		d.Others = oauthv1alpha1.DocumentsOfOthersAfterSignIn
	}))
	t.Cleanup(func() { g.Configure(t, accepting()) })
	id := "https://" + sites.other + "/client/y"
	to, _ := client(g.Issuer, id).AuthorizationURL(nil)
	v := g.Visitor()
	view := v.Get(t, to)
	view.Shows(t, "to continue to an application")
	view = v.SignIn(t, view, "alice", "alice-password")
	if view.Status != http.StatusBadRequest || view.URL.Path != "/authorize" {
		t.Errorf("signing in leads to %d %s", view.Status, view.URL)
	}
	view.Shows(t, "an address that this server does not call")
	if n := sites.requests(id); n != 0 {
		t.Errorf("a private address was called %d times", n)
	}
	id += "/other"
	to, _ = client(g.Issuer, id).AuthorizationURL(map[string][]string{"prompt": {"none"}})
	if view = g.Visitor().Get(t, to); view.Status != http.StatusBadRequest {
		t.Errorf("without pages: %d %v", view.Status, view.Elsewhere)
	}
	view.Shows(t, "login_required")
	if answer := client(g.Issuer, id).Post(t, "/par", map[string][]string{"response_type": {"code"}}); answer.Code() != "unauthorized_client" {
		t.Errorf("pushing: %d %s", answer.Status, answer.Body)
	}
}
