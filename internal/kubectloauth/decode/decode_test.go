package decode

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

// start starts an issuer at a loopback address with one key.
func start(t *testing.T) (url string, key *ecdsa.PrivateKey) {
	t.Helper()
	key = newKey(t)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": server.URL, "jwks_uri": server.URL + "/jwks"})
	})
	mux.HandleFunc("/jwks", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: &key.PublicKey, KeyID: "k1", Algorithm: "ES256", Use: "sig"}}})
	})
	return server.URL, key
}

func newKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sign(t *testing.T, algorithm jose.SignatureAlgorithm, key any, iss string) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: "k1"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(map[string]any{"iss": iss, "exp": time.Now().Add(time.Hour).Unix(), "iat": 1700000000, "sub": "a\x1bb"}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func run(t *testing.T, token string, args ...string) (string, error) {
	t.Helper()
	cmd := Command()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	var out strings.Builder
	cmd.SetArgs(args)
	cmd.SetIn(strings.NewReader(token + "\n"))
	cmd.SetOut(&out)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

func TestDecode(t *testing.T) {
	at, key := start(t)
	good := sign(t, jose.ES256, key, at)
	text, err := run(t, good)
	if err != nil {
		t.Fatal(err)
	}
	for _, says := range []string{`alg: "ES256"`, `iss: "` + at, "iat: 1700000000 (2023-11-14T22:13:20Z, ", ", in ", `Signature: verified with key "k1" of ` + at} {
		if !strings.Contains(text, says) {
			t.Errorf("no %q in:\n%s", says, text)
		}
	}
	if strings.Contains(text, "\x1b") {
		t.Errorf("a control character in %q", text)
	}
	if _, err := run(t, "", good, "--issuer", at); err != nil {
		t.Errorf("as an argument: %v", err)
	}
	if text, err := run(t, good, "--no-verify"); err != nil || !strings.Contains(text, "Signature: not verified") {
		t.Errorf("%v:\n%s", err, text)
	}
}

func TestNeverCalledVerified(t *testing.T) {
	at, key := start(t)
	good := sign(t, jose.ES256, key, at)
	parts := strings.Split(good, ".")
	for name, test := range map[string]struct {
		token, says string
		args        []string
	}{
		"another key":              {sign(t, jose.ES256, newKey(t), at), "none of the issuer's keys", nil},
		"other claims":             {parts[0] + "." + strings.Split(sign(t, jose.ES256, newKey(t), at), ".")[1] + "." + parts[2][:20] + "AAAA" + parts[2][24:], "none of the issuer's keys", nil},
		"a shared secret":          {sign(t, jose.HS256, []byte("0123456789abcdef0123456789abcdef"), at), "no signature that a public key", nil},
		"no algorithm":             {"eyJhbGciOiJub25lIn0." + parts[1] + ".", "no signature that a public key", nil},
		"another issuer":           {good, "another issuer", []string{"--issuer", "https://other.example"}},
		"an issuer without https":  {sign(t, jose.ES256, key, "http://id.example"), "neither an https URL", nil},
		"an issuer out of reach":   {sign(t, jose.ES256, key, "http://127.0.0.1:1"), "cannot be read", nil},
		"no issuer":                {sign(t, jose.ES256, key, ""), "no URL", nil},
		"an opaque token":          {"ga_opaque", "opaque", nil},
		"an encrypted token":       {"a.b.c.d.e", "encrypted", nil},
		"a token that is not JSON": {"YQ.YQ.YQ", "no JSON object", nil},
		"nothing":                  {"", "no JWT", nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, err := run(t, test.token, test.args...)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("it ends with %v, wanted %q", err, test.says)
			}
			if strings.Contains(text, "Signature: verified") {
				t.Errorf("it says:\n%s", text)
			}
			if err != nil && test.token != "" && strings.Contains(err.Error(), test.token) {
				t.Errorf("the error quotes the token: %v", err)
			}
		})
	}
}
