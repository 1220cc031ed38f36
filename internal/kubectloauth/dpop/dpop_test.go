package dpop

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

func TestProof(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	key, err := NewKey(func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	at, err := url.Parse("https://user:secret@api.example/orders?page=2#top")
	if err != nil {
		t.Fatal(err)
	}
	first, claims := read(t, key, at, "token", "n1")
	// The digest of "token".
	for name, want := range map[string]any{"htm": "GET", "htu": "https://api.example/orders", "nonce": "n1", "ath": "PEaenWxYddN6Q_NT1PiOYfz4EsZu7jRXRlpAsNpBU-A", "iat": float64(noon.Unix())} {
		if claims[name] != want {
			t.Errorf("%s is %v", name, claims[name])
		}
	}
	second, others := read(t, key, at, "", "")
	if first == second || claims["jti"] == others["jti"] || others["ath"] != nil || others["nonce"] != nil {
		t.Errorf("the second proof says %v", others)
	}
}

// read verifies a proof with the key in its header.
func read(t *testing.T, key *Key, at *url.URL, token, nonce string) (proof string, claims map[string]any) {
	t.Helper()
	proof, err := key.Proof("GET", at, token, nonce)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jwt.ParseSigned(proof, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		t.Fatal(err)
	}
	header := parsed.Headers[0]
	if header.ExtraHeaders["typ"] != "dpop+jwt" || header.JSONWebKey == nil || !header.JSONWebKey.IsPublic() {
		t.Fatalf("the header is %+v", header.ExtraHeaders)
	}
	if err := parsed.Claims(header.JSONWebKey, &claims); err != nil {
		t.Fatal(err)
	}
	return proof, claims
}

// A server that wants a nonce gets the request again, with its body and another proof.
func TestNonce(t *testing.T) {
	var proofs, bodies []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		proofs, bodies = append(proofs, r.Header.Get("DPoP")), append(bodies, string(body))
		w.Header().Set("DPoP-Nonce", "n1")
		if len(proofs) == 1 {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":"use_dpop_nonce"}`)
		}
	}))
	defer server.Close()
	key, err := NewKey(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := key.Client(server.Client()).Post(server.URL, "application/x-www-form-urlencoded", strings.NewReader("a=b"))
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK || len(proofs) != 2 || proofs[0] == proofs[1] || bodies[0] != "a=b" || bodies[1] != "a=b" {
		t.Errorf("%d after %d requests with %q", answer.StatusCode, len(proofs), bodies)
	}
	if answer, err = key.Client(server.Client()).Get(server.URL); err != nil || proofs[2] != "" {
		t.Errorf("a GET has a proof: %v", err)
	}
	_ = answer.Body.Close()
}

// Another refusal is that of the caller, with its body.
func TestOtherRefusals(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("DPoP-Nonce", "n1")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_scope"}`)
	}))
	defer server.Close()
	key, err := NewKey(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := key.Client(server.Client()).Post(server.URL, "text/plain", strings.NewReader("a"))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if content, err := io.ReadAll(answer.Body); err != nil || asked != 1 || string(content) != `{"error":"invalid_scope"}` {
		t.Errorf("after %d requests: %s, %v", asked, content, err)
	}
}
