package sealed

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/keyring"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/registration"
)

const issuer = "https://auth.example"

// place is a server, of which everything can be changed.
type place struct {
	settings serverspec.Settings
	keys     *keys.Store
	now      time.Time
}

func newPlace(t testing.TB) *place {
	return &place{
		settings: serverspec.Settings{Issuer: issuer, Registration: serverspec.Registration{Anonymous: &serverspec.Anonymous{
			RedirectHosts: []string{"localhost", "127.0.0.1", "[::1]", "app.example", "*.apps.example"}, Scopes: []string{"openid", "read"}, Lifetime: time.Hour,
		}}},
		keys: keystest.NewStore(t), now: time.Now(),
	}
}

func (p *place) source() *Source {
	return &Source{func() string { return p.settings.Issuer }, func() *serverspec.Settings { return &p.settings }, p.keys, func() time.Time { return p.now }}
}

func (p *place) register(t testing.TB, text string) (registration.Response, error) {
	t.Helper()
	m, err := registration.Read([]byte(text))
	if err != nil {
		return registration.Response{}, err
	}
	s := p.source()
	return (&Registrar{s.Issuer, s.Settings, s.Keys, s.Now}).Register(t.Context(), m)
}

func (p *place) mustRegister(t testing.TB, text string) registration.Response {
	t.Helper()
	response, err := p.register(t, text)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// has reports whether there is a client with an ID.
func (p *place) has(t testing.TB, id string) bool {
	t.Helper()
	client, err := p.source().Client(id)
	if err != nil {
		t.Fatal(err)
	}
	return client != nil
}

const plain = `{"redirect_uris":["https://app.example/cb","http://127.0.0.1/cb"],"client_name":"Agent","token_endpoint_auth_method":"none","grant_types":["authorization_code","refresh_token"]}`

func TestWhatAClientIs(t *testing.T) {
	p := newPlace(t)
	got := p.mustRegister(t, plain)
	client, err := p.source().Client(got.ClientID)
	if err != nil || client == nil {
		t.Fatal(err)
	}
	people := client.People()
	if !client.Registered() || !client.IsPublic() || people.DisplayName != "Agent" || people.PKCE != oauthv1alpha1.PKCERequired || people.Consent != oauthv1alpha1.ConsentPrompt {
		t.Errorf("the client is %+v", people)
	}
	if !client.Redirects("http://127.0.0.1:5000/cb") || client.Redirects("https://app.example/other") || client.May("client_credentials") || !client.May("refresh_token") {
		t.Error("the client may do something else than it registered")
	}
	if got.Secret != "" || len(got.ClientID) > clientid.MaxSealed || strings.Join(got.Scopes, " ") != "openid read" || client.Authenticate("", p.now) {
		t.Errorf("registered as %+v", got)
	}
}

// No client gets an ID that is not valid at once.
func TestTooEarly(t *testing.T) {
	p := newPlace(t)
	p.now = time.Unix(1_800_000_000, 300_000_000)
	for notBefore, retryAfter := range map[time.Time]int{
		time.Unix(1_800_000_060, 0): 60, time.Unix(1_800_000_000, 200_000_000): 1, p.now.Add(72 * time.Hour): 3600, time.Unix(1_800_000_000, 0): 0,
	} {
		p.settings.Registration.Anonymous.NotBefore = notBefore
		ctx, trail := audit.Begin(t.Context())
		m, _ := registration.Read([]byte(plain))
		s := p.source()
		got, err := (&Registrar{s.Issuer, s.Settings, s.Keys, s.Now}).Register(ctx, m)
		refusal, refused := errors.AsType[*httpx.Error](err)
		switch {
		case retryAfter == 0 && (err != nil || !p.has(t, got.ClientID)):
			t.Errorf("not before %s: %v", notBefore, err)
		case retryAfter > 0 && (!refused || refusal.Code != httpx.CodeTemporarilyUnavailable || refusal.Status != 503 || refusal.RetryAfter != retryAfter):
			t.Errorf("not before %s: %+v, %v", notBefore, got, refusal)
		}
		if len(trail.Events) != 1 || trail.Events[0].Refused != "" != refused || trail.Events[0].Client == nil != refused {
			t.Errorf("not before %s: recorded %v", notBefore, trail.Events)
		}
	}
}

func TestSecrets(t *testing.T) {
	p := newPlace(t)
	for _, method := range []string{"client_secret_basic", "client_secret_post"} {
		text := `{"redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"` + method + `"}`
		got, other := p.mustRegister(t, text), p.mustRegister(t, text)
		client, _ := p.source().Client(got.ClientID)
		if client.IsPublic() || !client.Authenticate(got.Secret, p.now) || got.SecretExpiresAt.Sub(got.IssuedAt) != time.Hour {
			t.Errorf("the secret is %+v", got)
		}
		for _, wrong := range []string{"", "gcs_", other.Secret, got.Secret[:len(got.Secret)-1], got.Secret + "A", strings.ToLower(got.Secret), "gcs_" + strings.Repeat("A", 70), "gcs_" + got.Secret[4+35:] + got.Secret[4:4+35]} {
			if client.Authenticate(wrong, p.now) {
				t.Errorf("%q is the secret, too", wrong)
			}
		}
		if client.May("refresh_token") || client.May("client_credentials") {
			t.Error("the client has grants that it did not register")
		}
	}
}

func TestEnds(t *testing.T) {
	for name, change := range map[string]func(*place){
		"its age": func(p *place) { p.now = p.now.Add(time.Hour + time.Second) },
		"a shorter life": func(p *place) {
			p.now = p.now.Add(10 * time.Minute)
			p.settings.Registration.Anonymous.Lifetime = 5 * time.Minute
		},
		"a time before which":        func(p *place) { p.settings.Registration.Anonymous.NotBefore = p.now.Add(2 * time.Second) },
		"a host that is not named":   func(p *place) { p.settings.Registration.Anonymous.RedirectHosts = []string{"app.example"} },
		"no clients are accepted":    func(p *place) { p.settings.Registration.Anonymous = nil },
		"another issuer":             func(p *place) { p.settings.Issuer = "https://other.example" },
		"the keys of another server": func(p *place) { p.keys = keystest.NewStore(t) },
	} {
		p := newPlace(t)
		id := p.mustRegister(t, plain).ClientID
		p.now = p.now.Add(time.Second)
		if !p.has(t, id) {
			t.Fatal("a client that was registered is unknown")
		}
		if change(p); p.has(t, id) {
			t.Errorf("after %s the client is still known", name)
		}
	}
}

// A client and its secret outlive the root key that they were made with, for as long as the
// operator keeps it: a year at least, and a client lives for 90 days at most.
func TestKeysAreReplaced(t *testing.T) {
	if serverspec.MaxRegistration >= keyring.ConsentLifetime {
		t.Error("root keys may be gone before the clients that were registered with them")
	}
	former, err := keyring.Generate(time.Now().Add(-time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	p := newPlace(t)
	p.keys = keystest.Load(t, former)
	got := p.mustRegister(t, strings.Replace(plain, `"none"`, `"client_secret_post"`, 1))
	next, err := keyring.Generate(time.Now().Add(-time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	p.keys = keystest.Load(t, keyring.New(append(next.Keys(), former.Keys()...)...))
	client, err := p.source().Client(got.ClientID)
	if err != nil || client == nil || !client.Authenticate(got.Secret, p.now) {
		t.Errorf("after the keys were replaced: %v, %v", client, err)
	}
}

func TestDefects(t *testing.T) {
	uris := func(list ...string) string { return `{"redirect_uris":["` + strings.Join(list, `","`) + `"]}` }
	const at = `"redirect_uris":["https://app.example/cb"]`
	p := newPlace(t)
	for name, test := range map[string]struct{ text, code string }{
		"no redirect URI":             {`{}`, httpx.CodeInvalidRedirectURI},
		"none in the list":            {`{"redirect_uris":[]}`, httpx.CodeInvalidRedirectURI},
		"another host":                {uris("https://evil.example/cb"), httpx.CodeInvalidRedirectURI},
		"one of two":                  {uris("https://app.example/cb", "https://evil.example/cb"), httpx.CodeInvalidRedirectURI},
		"a user":                      {uris("https://app.example@evil.example/cb"), httpx.CodeInvalidRedirectURI},
		"a user of that name":         {uris("https://evil@app.example/cb"), httpx.CodeInvalidRedirectURI},
		"a longer host":               {uris("https://app.example.evil.example/cb"), httpx.CodeInvalidRedirectURI},
		"the host above a star":       {uris("https://apps.example/cb"), httpx.CodeInvalidRedirectURI},
		"upper case":                  {uris("https://App.example/cb"), httpx.CodeInvalidRedirectURI},
		"a port":                      {uris("https://app.example:8443/cb"), httpx.CodeInvalidRedirectURI},
		"http":                        {uris("http://app.example/cb"), httpx.CodeInvalidRedirectURI},
		"a loopback with https":       {uris("https://localhost/cb"), httpx.CodeInvalidRedirectURI},
		"one with a port":             {uris("https://localhost:8443/cb"), httpx.CodeInvalidRedirectURI},
		"a loopback name of others":   {uris("http://localhost.evil.example/cb"), httpx.CodeInvalidRedirectURI},
		"a loopback with a user":      {uris("http://localhost@evil.example/cb"), httpx.CodeInvalidRedirectURI},
		"a loopback with a bad port":  {uris("http://localhost:99999/cb"), httpx.CodeInvalidRedirectURI},
		"another loopback address":    {uris("http://127.0.0.2/cb"), httpx.CodeInvalidRedirectURI},
		"a script":                    {uris("javascript:alert(1)"), httpx.CodeInvalidRedirectURI},
		"data":                        {uris("data:text/html,x"), httpx.CodeInvalidRedirectURI},
		"an own scheme":               {uris("com.example.app:/cb"), httpx.CodeInvalidRedirectURI},
		"an address":                  {uris("https://192.0.2.7/cb"), httpx.CodeInvalidRedirectURI},
		"an encoded host":             {uris("https://%61pp.example/cb"), httpx.CodeInvalidRedirectURI},
		"tokens of its own":           {`{` + at + `,"grant_types":["client_credentials"]}`, httpx.CodeInvalidClientMetadata},
		"no grants":                   {`{` + at + `,"grant_types":[]}`, httpx.CodeInvalidClientMetadata},
		"tokens in the browser":       {`{` + at + `,"response_types":["token"]}`, httpx.CodeInvalidClientMetadata},
		"a key":                       {`{` + at + `,"token_endpoint_auth_method":"private_key_jwt"}`, httpx.CodeInvalidClientMetadata},
		"a method that is none":       {`{` + at + `,"token_endpoint_auth_method":"NONE"}`, httpx.CodeInvalidClientMetadata},
		"a software statement":        {`{` + at + `,"software_statement":"eyJ"}`, httpx.CodeUnapprovedSoftware},
		"redirect URIs that are long": {uris("https://app.example/" + strings.Repeat("x", 400)), httpx.CodeInvalidClientMetadata},
		"a name of long characters":   {`{` + at + `,"client_name":"` + strings.Repeat("\U00010348", 100) + `"}`, httpx.CodeInvalidClientMetadata},
	} {
		response, err := p.register(t, test.text)
		if refusal, ok := errors.AsType[*httpx.Error](err); !ok || refusal.Code != test.code || refusal.Status != 400 || response.ClientID != "" {
			t.Errorf("%s: %v, %v", name, response.ClientID, err)
		}
	}
}

// What is too long is named.
func TestTooLong(t *testing.T) {
	p := newPlace(t)
	for what, text := range map[string]string{
		"redirect_uris": `{"redirect_uris":["https://app.example/` + strings.Repeat("x", 400) + `"],"client_name":"A"}`,
		"client_name":   `{"redirect_uris":["https://app.example/cb"],"client_name":"` + strings.Repeat("\U00010348", 100) + `"}`,
	} {
		if _, err := p.register(t, text); err == nil || !strings.Contains(err.Error(), what+" ") {
			t.Errorf("%s: %v", what, err)
		}
	}
	// A client with two addresses and a name of 100 letters fits.
	p.mustRegister(t, `{"redirect_uris":["https://app.example/oauth/callback","http://127.0.0.1:33418/","http://localhost:33418/oauth/callback"],"client_name":"`+strings.Repeat("n", 100)+`"}`)
}

func TestOrigins(t *testing.T) {
	p := newPlace(t)
	for origin, want := range map[string]bool{
		"https://app.example": true, "http://localhost:6274": true, "http://[::1]:1": true, "https://a.apps.example": true, "http://app.example": false, "https://evil.example": false,
		"https://localhost": false, "null": false, "": false, "https://app.example/x?": false, "https://app.example@evil.example": false, "https://" + strings.Repeat("a.", 200) + "apps.example": false,
	} {
		if AllowsOrigin(&p.settings, origin) != want {
			t.Errorf("%q may call: %v", origin, !want)
		}
	}
	if p.settings.Registration.Anonymous = nil; AllowsOrigin(&p.settings, "https://app.example") {
		t.Error("scripts may call although no client can register")
	}
}

// What is sealed has one form, which later releases read.
func TestContent(t *testing.T) {
	p := newPlace(t)
	set, _ := p.keys.Current()
	id := p.mustRegister(t, strings.Replace(plain, "{", `{"dpop_bound_access_tokens":true,"require_pushed_authorization_requests":true,`, 1)).ClientID
	text, err := set.Open(keys.PurposeClientID, issuer, strings.TrimPrefix(id, "gdr_"))
	want := fmt.Sprintf(`{"v":1,"t":%d,"n":"Agent","r":["https://app.example/cb","http://127.0.0.1/cb"],"f":true,"d":true,"p":true}`, p.now.Unix())
	if err != nil || string(text) != want {
		t.Errorf("%s, %v", text, err)
	}
	client, _ := p.source().Client(id)
	if client.Tokens().AccessBinding != oauthv1alpha1.AccessTokenBindingDPoP || !client.People().PushedAuthorization {
		t.Error("the client need not prove what it wanted to")
	}
	for _, other := range []string{`{"v":2,"t":1,"r":["https://app.example/cb"]}`, `{"v":1`, ``} {
		if p.has(t, "gdr_"+set.Seal(keys.PurposeClientID, issuer, []byte(other))) {
			t.Errorf("%s is a client", other)
		}
	}
}

// What a client wants never replaces what the OAuthServer demands.
func TestBindingOfTheServer(t *testing.T) {
	text := strings.Replace(plain, "{", `{"dpop_bound_access_tokens":true,`, 1)
	p := newPlace(t)
	id := p.mustRegister(t, text).ClientID
	for demanded, want := range map[oauthv1alpha1.AccessTokenBinding]oauthv1alpha1.AccessTokenBinding{
		oauthv1alpha1.AccessTokenBindingIfProved:    oauthv1alpha1.AccessTokenBindingDPoP,
		oauthv1alpha1.AccessTokenBindingRequired:    oauthv1alpha1.AccessTokenBindingDPoP,
		oauthv1alpha1.AccessTokenBindingDPoP:        oauthv1alpha1.AccessTokenBindingDPoP,
		oauthv1alpha1.AccessTokenBindingCertificate: oauthv1alpha1.AccessTokenBindingCertificate,
	} {
		p.settings.Tokens.AccessBinding = demanded
		if client, _ := p.source().Client(id); client.Tokens().AccessBinding != want {
			t.Errorf("with %s, tokens are bound as %s", demanded, client.Tokens().AccessBinding)
		}
		_, err := p.register(t, text)
		if refused := httpx.CodeOf(err) == httpx.CodeInvalidClientMetadata; refused != (want != oauthv1alpha1.AccessTokenBindingDPoP) {
			t.Errorf("with %s: %v", demanded, err)
		}
	}
}

// Registering and knowing clients takes no memory that stays.
func TestNothingIsKept(t *testing.T) {
	p := newPlace(t)
	random := rand.New(rand.NewPCG(1, 2))
	before := heap()
	for n := range 5000 {
		id := p.mustRegister(t, strings.Replace(plain, "Agent", fmt.Sprint("Agent ", n), 1)).ClientID
		if !p.has(t, id) {
			t.Fatal("a client is unknown")
		}
		broken := []byte(id)
		broken[random.IntN(len(broken))] ^= byte(1 + random.IntN(127))
		if p.has(t, string(broken)) {
			t.Errorf("%q is known, too", broken)
		}
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("%d bytes are kept", after-before)
	}
}

func heap() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func FuzzClient(f *testing.F) {
	p := newPlace(f)
	f.Add(p.mustRegister(f, plain).ClientID)
	f.Add("gdr_")
	f.Add("gdr_AA")
	f.Fuzz(func(t *testing.T, id string) {
		client, err := p.source().Client(id)
		if err != nil || client != nil && len(client.GetRedirectURIs()) == 0 {
			t.Errorf("%v, %v", client, err)
		}
	})
}
