package demo

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestSecretValueIsNeverShown(t *testing.T) {
	const value = "s3cret-value-of-the-client"
	encoded := base64.StdEncoding.EncodeToString([]byte(value))
	secret := map[string][]byte{
		keyClientSecret:         []byte(value),
		"client-secret":         []byte(value),
		"OIDC_PASSWORD":         []byte(value),
		"config.json":           []byte(`{"secret": "` + value + `"}`),
		"auth":                  []byte("Basic " + encoded),
		"odd_endpoint":          []byte("https://demo.hello:" + value + "@auth.example.com"),
		"encoded_endpoint":      []byte("https://auth.example.com?" + encoded),
		"another_client_secret": []byte("a former secret, which still authenticates"),
	}
	for key := range secret {
		if got := shown(secret, key); !strings.HasPrefix(got, "******** (") || strings.Contains(got, value[:4]) || strings.Contains(got, encoded[:4]) {
			t.Errorf("%s is shown as %q", key, got)
		}
	}
}

func TestPublicValuesAreShown(t *testing.T) {
	secret := map[string][]byte{keyClientSecret: []byte("s3cret-value-of-the-client"), keyClientID: []byte("demo.hello"), keyTokenEndpoint: []byte("http://127.0.0.1:1/token")}
	for _, key := range []string{keyClientID, keyTokenEndpoint} {
		if got := shown(secret, key); got != string(secret[key]) {
			t.Errorf("%s is shown as %q", key, got)
		}
	}
	// A client without a secret hides nothing that is public.
	if got := shown(map[string][]byte{keyIssuer: []byte("http://127.0.0.1:1")}, keyIssuer); got != "http://127.0.0.1:1" {
		t.Errorf("the issuer is shown as %q", got)
	}
}

func TestClaimsAreShownWithoutTheSignature(t *testing.T) {
	payload := base64.RawURLEncoding.EncodeToString([]byte("{ \"sub\": \"demo.hello\" }"))
	if got, err := claimsOf("h." + payload + ".signature"); err != nil || got != `{"sub":"demo.hello"}` {
		t.Errorf("got %q, %v", got, err)
	}
	for _, token := range []string{"", "opaque", "h.!.s", "h.e30"} {
		if got, err := claimsOf(token); err == nil {
			t.Errorf("%q: got %q", token, got)
		}
	}
}
