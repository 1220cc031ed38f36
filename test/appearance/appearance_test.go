package appearance

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><script>alert(1)</script><circle cx="5" cy="5" r="5" fill="#2a7f62"/></svg>`

// with sets the appearance, and takes it back at the end of the test.
func with(t *testing.T, a *oauthv1alpha1.ServerAppearance) {
	t.Helper()
	g := shared.Grantor(t)
	set := func(a *oauthv1alpha1.ServerAppearance) {
		g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Login.Appearance = a })
	}
	set(a)
	t.Cleanup(func() { set(nil) })
}

// becomes waits until all replicas show something, and returns the page of each.
func becomes(t *testing.T, v *installation.Visitor, text string) []installation.View {
	t.Helper()
	g := shared.Grantor(t)
	var views []installation.View
	installation.Eventually(t, installation.Effective, func() bool {
		views = nil
		for _, server := range g.Servers {
			view := v.Get(t, server.Options().URL+"/account")
			if !strings.Contains(view.Body, text) {
				return false
			}
			views = append(views, view)
		}
		return true
	}, func() string { return "page that says " + text })
	return views
}

var asset = regexp.MustCompile(`(?:href|src)="([^"]*/assets/([a-z]+)-[^"]*)"`)

// assets are the addresses of what a page loads, by the beginnings of their names.
func assets(view installation.View) map[string]string {
	out := map[string]string{}
	for _, found := range asset.FindAllStringSubmatch(view.Body, -1) {
		out[found[2]] = found[1]
	}
	return out
}

// Every page says whose server it is, without a restart, in the reader's language, and loads
// nothing from elsewhere.
func TestPagesLookLikeTheOrganization(t *testing.T) {
	g := shared.Grantor(t)
	issuer, err := url.Parse(g.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	english, german := browser(g), browser(g, "Accept-Language", "de")
	for _, view := range becomes(t, english, "<bdi>"+issuer.Host+"</bdi></p></header>") {
		if loads := assets(view); loads["logo"] != "" || loads["accent"] != "" || strings.Contains(view.Body, "<footer>") {
			t.Errorf("without an appearance the page loads %v: %s", loads, view.Body)
		}
	}
	with(t, &oauthv1alpha1.ServerAppearance{
		Name: `Example & "Söhne" <b>`, Color: "#FFD400", Logo: "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(svg)),
		Sentence: "For employees only.", HelpURI: "https://help.example.com/login", PrivacyURI: "https://example.com/privacy",
		Translations: []oauthv1alpha1.AppearanceTranslation{{Language: "de", Sentence: "Nur für Mitarbeitende.", PrivacyURI: "https://example.com/datenschutz"}},
	})
	const name = "<bdi>Example &amp; &#34;Söhne&#34; &lt;b&gt;</bdi></p></header>"
	for _, view := range becomes(t, english, name) {
		view.Shows(t, "<title>Sign in – Example &amp; &#34;Söhne&#34; &lt;b&gt;</title>", "For employees only.", `href="https://help.example.com/login"`, `href="https://example.com/privacy"`)
		if policy := view.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "img-src 'self';") || !strings.Contains(policy, "style-src 'self';") {
			t.Errorf("the page may load from elsewhere: %s", policy)
		}
		if size := len(view.Body); size > 30<<10 {
			t.Errorf("the page has %d bytes", size)
		}
	}
	page := becomes(t, german, name)[0]
	page.Shows(t, "Nur für Mitarbeitende.", `href="https://example.com/datenschutz"`, `href="https://help.example.com/login"`, "Anmelden")
	loads := assets(page)
	for _, server := range g.Servers {
		logo := english.Get(t, server.Options().URL+pathOf(t, loads["logo"]))
		if logo.Body != svg || logo.Header.Get("Content-Type") != "image/svg+xml" || !strings.Contains(logo.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("the logo is %s: %s", logo.Header.Get("Content-Type"), logo.Body)
		}
		if policy := logo.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "sandbox") {
			t.Errorf("a logo that is opened by itself may do %s", policy)
		}
		accent := english.Get(t, server.Options().URL+pathOf(t, loads["accent"]))
		if accent.Status != http.StatusOK || accent.Header.Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(accent.Body, "--accent:#") || strings.Contains(accent.Body, "--accent:#ffd400;--accent-strong:#0") {
			t.Errorf("the accent is %d %s", accent.Status, accent.Body)
		}
	}
	view := english.Get(t, g.Issuer+"/nothing-here")
	if request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.Issuer+"/nothing-here", http.NoBody); err == nil {
		request.Header.Set("Accept", "text/html")
		view = english.Send(t, request)
	}
	view.Shows(t, name)
}

func pathOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Path == "" {
		t.Fatalf("%q is no address of an asset: %v", address, err)
	}
	return u.Path
}

// Who asks is what signing in and agreeing depend on: the name is there, and where the answer goes;
// the namespace and the ID are a click away.
func TestWhoAsksStaysVisible(t *testing.T) {
	g := shared.Grantor(t)
	namespace := shared.Namespace(t)
	app := g.NewApp(t, installation.Application(namespace, "app", func(c *oauthv1alpha1.OAuthClient) { c.Spec.DisplayName = "Team Wiki" }))
	v := browser(g)
	to, _ := app.AuthorizationURL(url.Values{"prompt": {"consent"}})
	page := v.Get(t, to)
	details := "<details><summary>Details<span class=\"unseen\">: <bdi>Team Wiki</bdi></span></summary><p class=\"origin\">Namespace <bdi>" + namespace + "</bdi>, ID <bdi>" + app.ID + "</bdi></p></details>"
	page.Shows(t, "to continue to <strong><bdi>Team Wiki</bdi></strong>", `<p class="origin"><bdi>app.example</bdi></p>`, details)
	page = v.SignIn(t, page, "alice", "alice-password")
	page.Shows(t, "Allow <bdi>Team Wiki</bdi> access to your account?", "Your answer goes to <bdi>app.example</bdi>.", details)
}

// Users tell their browsers apart, and what a browser says is text of this server.
func TestUsersSeeTheirBrowsers(t *testing.T) {
	g := shared.Grantor(t)
	const evil = `Mozilla/5.0 (X11; Linux) <script>alert(1)</script> Firefox/"><b>`
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0": "<bdi>Firefox</bdi> unter <bdi>Windows</bdi>",
		evil: "<bdi>Firefox</bdi> unter <bdi>Linux</bdi>",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15": "<bdi>Safari</bdi> unter <bdi>macOS</bdi>",
	} {
		v := browser(g, "User-Agent", agent, "Accept-Language", "de")
		page := v.SignIn(t, v.Get(t, g.Issuer+"/account"), "bob", "bob-password")
		page.Shows(t, want, "Dieser Browser", "Seit <time datetime=")
		if strings.Contains(page.Body, "alert(1)") || strings.Contains(page.Body, "143.0") {
			t.Errorf("the page says what the browser says: %s", page.Body)
		}
	}
	unknown := browser(g, "User-Agent", "robot")
	page := unknown.SignIn(t, unknown.Get(t, g.Issuer+"/account"), "bob", "bob-password")
	page.Shows(t, "<h3>This browser</h3>\n<p class=\"origin\">Since", "<bdi>Safari</bdi> on <bdi>macOS</bdi>")
}
