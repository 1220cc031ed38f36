package connect

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func token(change ...func(*oauthv1alpha1.OAuthToken)) *oauthv1alpha1.OAuthToken {
	o := &oauthv1alpha1.OAuthToken{}
	o.Namespace, o.Name, o.Generation = "reports", "crm", 3
	o.Spec.Grant = oauthv1alpha1.TokenGrantAuthorizationCode
	o.Status.ObservedGeneration = 3
	o.Status.Provider = &oauthv1alpha1.TokenProviderStatus{ClientID: "a b&c", AuthorizationEndpoint: "https://id.example/authorize?tenant=1"}
	for _, f := range change {
		f(o)
	}
	return o
}

func TestRequest(t *testing.T) {
	o := token(func(o *oauthv1alpha1.OAuthToken) {
		o.Spec.Scopes = []string{"offline_access", "https://crm.example/.default"}
		o.Spec.Parameters = map[string]oauthv1alpha1.TokenParameter{"b": "2&3", "a": "ü"}
	})
	a := &attempt{State: "s", Verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", RedirectURI: "https://auth.example/connect/reports/crm/callback"}
	const wanted = "https://id.example/authorize?tenant=1&response_type=code&client_id=a%20b%26c" +
		"&redirect_uri=https%3A%2F%2Fauth.example%2Fconnect%2Freports%2Fcrm%2Fcallback&state=s" +
		"&scope=offline_access%20https%3A%2F%2Fcrm.example%2F.default" +
		// The challenge is that of RFC 7636 appendix B.
		"&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&prompt=consent&a=%C3%BC&b=2%263"
	if got := requestURI(o, o.Status.Provider, a); got != wanted {
		t.Errorf("the request is %s", got)
	}
	a.Verifier, o.Spec.Scopes, o.Spec.Prompt, o.Spec.Parameters = "", nil, oauthv1alpha1.TokenPromptOmit, nil
	if got, _ := url.Parse(requestURI(o, o.Status.Provider, a)); got.Query().Has("code_challenge") || got.Query().Has("scope") || got.Query().Has("prompt") {
		t.Errorf("the smallest request is %s", got)
	}
}

func TestPrompt(t *testing.T) {
	for name, test := range map[string]struct {
		prompt oauthv1alpha1.TokenPrompt
		preset oauthv1alpha1.TokenProviderPreset
		wanted string
	}{
		"by default":       {"", "", "consent"},
		"at azure":         {"", oauthv1alpha1.TokenProviderAzure, "consent"},
		"at github":        {"", oauthv1alpha1.TokenProviderGitHub, ""},
		"asked for":        {oauthv1alpha1.TokenPromptSelectAccount, oauthv1alpha1.TokenProviderGitHub, "select_account"},
		"none asked for":   {oauthv1alpha1.TokenPromptOmit, oauthv1alpha1.TokenProviderAzure, ""},
		"a custom default": {"", "", "consent"},
	} {
		spec := &oauthv1alpha1.OAuthTokenSpec{Prompt: test.prompt, Provider: &oauthv1alpha1.TokenProvider{Preset: test.preset}}
		if got := promptOf(spec); got != test.wanted {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// A person is sent to a provider that the operator found for the present spec, by https.
func TestProvider(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*oauthv1alpha1.OAuthToken)
		known  bool
	}{
		"as it is":    {func(*oauthv1alpha1.OAuthToken) {}, true},
		"a new spec":  {func(o *oauthv1alpha1.OAuthToken) { o.Generation++ }, false},
		"none":        {func(o *oauthv1alpha1.OAuthToken) { o.Status.Provider = nil }, false},
		"no client":   {func(o *oauthv1alpha1.OAuthToken) { o.Status.Provider.ClientID = "" }, false},
		"no endpoint": {func(o *oauthv1alpha1.OAuthToken) { o.Status.Provider.AuthorizationEndpoint = "" }, false},
		"no https":    {func(o *oauthv1alpha1.OAuthToken) { o.Status.Provider.AuthorizationEndpoint = "http://id.example/" }, false},
		"a script":    {func(o *oauthv1alpha1.OAuthToken) { o.Status.Provider.AuthorizationEndpoint = "javascript:alert(1)" }, false},
		"a name before @": {func(o *oauthv1alpha1.OAuthToken) {
			o.Status.Provider.AuthorizationEndpoint = "https://id.example@evil.example/"
		}, false},
		"this machine": {func(o *oauthv1alpha1.OAuthToken) { o.Status.Provider.AuthorizationEndpoint = "http://127.0.0.1:8080/a" }, false},
		"a scope of its own": {func(o *oauthv1alpha1.OAuthToken) {
			o.Status.Provider.AuthorizationEndpoint = "https://id.example/authorize?scope=admin"
		}, false},
		"no machine": {func(o *oauthv1alpha1.OAuthToken) { o.Status.Provider.AuthorizationEndpoint = "https:///a" }, false},
	} {
		if _, known := service(t, "https://auth.example", nil).provider(token(test.change)); known != test.known {
			t.Errorf("%s: %t", name, known)
		}
	}
	own := func(o *oauthv1alpha1.OAuthToken) { o.Status.Provider.AuthorizationEndpoint = "http://127.0.0.1:8080/a" }
	if _, known := service(t, "http://127.0.0.1:9090", nil).provider(token(own)); !known {
		t.Error("a server for tests sends nobody to a provider for tests")
	}
}

func TestIssuerOfAnAnswer(t *testing.T) {
	const issuer = "https://id.example"
	for name, test := range map[string]struct {
		known string
		sends bool
		iss   string
		good  bool
	}{
		"as said":               {issuer, true, issuer, true},
		"without, as said":      {issuer, false, "", true},
		"without, not as said":  {issuer, true, "", false},
		"another":               {issuer, true, issuer + "/", false},
		"another, unannounced":  {issuer, false, "https://evil.example", false},
		"one, none being known": {"", false, "https://id.example", true},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.Form = url.Values{"code": {"c"}, "iss": {test.iss}}
		err := answered(r, &oauthv1alpha1.TokenProviderStatus{Issuer: test.known, IssParameter: test.sends})
		if (err == nil) != test.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhatAProviderSays(t *testing.T) {
	for name, test := range map[string]struct{ code, description, wanted string }{
		"a code":             {"access_denied", "", "The provider refused: access_denied."},
		"with a description": {"access_denied", "not\x00 today\u202e", "The provider refused: access_denied. It says: “not today”"},
		"no code":            {"a b", "secret", "The provider refused."},
		"a long code":        {strings.Repeat("a", 65), "", "The provider refused."},
		"a long description": {"e", strings.Repeat("d", 9000), "The provider refused: e. It says: “" + strings.Repeat("d", maxDescription) + "”"},
	} {
		if got := providerSays(test.code, test.description).English(); got != test.wanted {
			t.Errorf("%s: %q", name, got)
		}
	}
}
