package check

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const secret = "a-client-secret-that-nobody-may-see"

// stub is a server whose answers a test changes.
type stub struct {
	issuer    string
	now       time.Time
	key       *ecdsa.PrivateKey
	discovery map[string]any
	published jose.JSONWebKeySet
	claims    map[string]any
	token     string
	refusal   string
	inactive  bool
}

func newStub(t *testing.T, issuer string) *stub {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &stub{issuer: issuer, now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), key: key}
	s.discovery = map[string]any{
		"issuer": issuer, "token_endpoint": issuer + "/token", "jwks_uri": issuer + "/jwks",
		"introspection_endpoint": issuer + "/introspect",
	}
	s.published.Keys = []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "k1", Algorithm: "ES256", Use: "sig"}}
	s.claims = map[string]any{"iss": issuer, "client_id": "shop.app", "exp": s.now.Add(time.Minute).Unix()}
	return s
}

func (s *stub) handler(t *testing.T) http.Handler {
	t.Helper()
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, value any) {
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(value); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.discovery) })
	mux.HandleFunc("/jwks", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.published) })
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		id, given, _ := r.BasicAuth()
		if s.refusal != "" || id != "shop.app" || given != secret || r.FormValue("grant_type") != "client_credentials" {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			answer(w, map[string]string{"error": s.refusal, "error_description": "not with " + given})
			return
		}
		answer(w, map[string]any{"access_token": s.sign(t), "token_type": "Bearer"})
	})
	mux.HandleFunc("/introspect", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]any{"active": !s.inactive && r.FormValue("token") != "", "client_id": "shop.app"})
	})
	return mux
}

func (s *stub) sign(t *testing.T) string {
	t.Helper()
	if s.token != "" {
		return s.token
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: s.key, KeyID: "k1"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(s.claims).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestCheck(t *testing.T) {
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		change func(*stub)
		// error is empty where everything works.
		error, says string
	}{
		"everything works":            {func(*stub) {}, "", "signed with key k1, for 1m0s"},
		"the token is opaque":         {func(s *stub) { s.token = "ga_opaque" }, "", "opaque"},
		"another issuer":              {func(s *stub) { s.discovery["issuer"] = "https://other.example.com" }, "discovery: ", ""},
		"no token endpoint":           {func(s *stub) { delete(s.discovery, "token_endpoint") }, "no token endpoint", ""},
		"no keys":                     {func(s *stub) { s.published.Keys = nil }, "keys: there are none", ""},
		"the secret is refused":       {func(s *stub) { s.refusal = "invalid_client" }, "token: the server refuses: invalid_client", ""},
		"a key that is not published": {func(s *stub) { s.key = other }, "none of the keys", ""},
		"a token of another issuer":   {func(s *stub) { s.claims["iss"] = "https://other.example.com" }, "not valid", ""},
		"a token that has expired":    {func(s *stub) { s.claims["exp"] = s.now.Add(-time.Minute).Unix() }, "not valid", ""},
		"a token without end":         {func(s *stub) { delete(s.claims, "exp") }, "without end", ""},
		"a token of another client":   {func(s *stub) { s.claims["client_id"] = "shop.other" }, "for another client", ""},
		"a token signed with nothing": {func(s *stub) { s.token = "eyJhbGciOiJub25lIn0.e30." }, "no JWT that is signed", ""},
		"the server forgets":          {func(s *stub) { s.inactive = true }, "introspection: ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewUnstartedServer(nil)
			server.Start()
			defer server.Close()
			s := newStub(t, server.URL)
			server.Config.Handler = s.handler(t)
			test.change(s)
			said, err := run(t, s, server.URL, "")
			if (err == nil) != (test.error == "") || err != nil && !strings.Contains(err.Error(), test.error) {
				t.Errorf("it ends with %v, wanted %q", err, test.error)
			}
			if !strings.Contains(said, test.says) {
				t.Errorf("it says %q, wanted %q", said, test.says)
			}
			if err != nil {
				said += err.Error()
			}
			if strings.Contains(said, secret) || strings.Contains(said, s.sign(t)) {
				t.Errorf("it tells a secret: %s", said)
			}
		})
	}
}

// TestConnectTo asks a server whose name leads nowhere, by another address.
func TestConnectTo(t *testing.T) {
	s := newStub(t, "https://auth.example.com")
	var hosts []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hosts = append(hosts, r.Host)
		s.handler(t).ServeHTTP(w, r)
	}))
	defer server.Close()
	if said, err := run(t, s, s.issuer, server.URL); err != nil {
		t.Fatalf("%v after:\n%s", err, said)
	}
	for _, host := range hosts {
		if host != "auth.example.com" {
			t.Errorf("a request is for %s", host)
		}
	}
	s.discovery["token_endpoint"] = "https://elsewhere.example.com/token"
	if _, err := run(t, s, s.issuer, server.URL); err == nil || !strings.Contains(err.Error(), "not below the issuer") {
		t.Errorf("the secret goes to another host: %v", err)
	}
}

func TestAddressToConnectTo(t *testing.T) {
	for name, address := range map[string]string{
		"a name": "server", "a path": "https://server/path", "another scheme": "ftp://server", "no host": "http://",
	} {
		if _, err := Client("https://auth.example.com", address, nil); err == nil {
			t.Errorf("%s is taken for an address", name)
		}
	}
	if _, err := Client("auth.example.com", "", nil); err == nil {
		t.Error("an issuer without scheme is taken for one")
	}
}

func run(t *testing.T, s *stub, issuer, connectTo string) (string, error) {
	t.Helper()
	client, err := Client(issuer, connectTo, nil)
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	c := &Check{
		Issuer: issuer, ClientID: "shop.app", ClientSecret: secret, HTTP: client,
		Now: func() time.Time { return s.now }, Say: func(line string) { said.WriteString(line + "\n") },
	}
	err = c.Run(t.Context())
	return said.String(), err
}
