package demo

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestSecretValueIsNeverShown(t *testing.T) {
	const value = "s3cret-value-of-the-client"
	if shown := masked(keyClientSecret, value); strings.Contains(shown, value[:4]) || !strings.Contains(shown, "26") {
		t.Errorf("got %q", shown)
	}
	if shown := masked(keyClientID, "demo.hello"); shown != "demo.hello" {
		t.Errorf("got %q", shown)
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
