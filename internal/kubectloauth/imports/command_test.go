package imports

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
)

const input = `
apiVersion: hydra.ory.sh/v1alpha1
kind: OAuth2Client
metadata: {name: one, namespace: shop, labels: {a: "b\u202e"}, annotations: {c: "d\u202e"}}
spec: {grantTypes: [client_credentials], scope: read, secretName: one, audience: ["api\u202e"], redirectUris: ["https://a.example/\u202e"], jwksUri: "https://a\u202e", postLogoutRedirectUris: ["https://a/\u200b"], allowedCorsOrigins: ["https://a\u200b"]}
---
apiVersion: v1
kind: Secret
metadata: {name: one, namespace: shop, labels: {a: "b\u202e"}, annotations: {c: "d\u202e"}}
stringData: {CLIENT_ID: one, CLIENT_SECRET: "long-enough-to-be-the-secret-of-somebody\u202e\u200b"}
`

// Manifests have nothing that cannot be seen, whatever strangers wrote, and notes have it escaped.
func TestOutputIsEscaped(t *testing.T) {
	cmd := Command(func(err error) error { return err })
	var out, notes bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&notes)
	cmd.SetArgs([]string{"-"})
	cmd.SetIn(strings.NewReader(input))
	if err := cmd.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"output": out.String(), "notes": notes.String()} {
		if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
			t.Errorf("the %s have what cannot be seen: %q", name, text)
		}
	}
	if !strings.Contains(out.String(), "name: one") || !strings.Contains(notes.String(), `\u202e`) {
		t.Errorf("it prints\n%s%s", out.String(), notes.String())
	}
}
