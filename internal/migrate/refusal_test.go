package migrate

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/grantor-dev/grantor/internal/documents"
)

func convert(text string) (Result, error) {
	return Convert([]documents.Input{{Name: "input.yaml", Content: []byte(text)}}, Options{Namespace: "default", ServerNamespace: "grantor-system"})
}

// TestWrongInput: an error says where, in one line, and never what.
func TestWrongInput(t *testing.T) {
	const secret = "s3cr3t-value-of-nobody"
	for name, test := range map[string]struct{ input, says string }{
		"nothing":                 {"", "neither"},
		"comments":                {"# nothing\n---\n", "neither"},
		"a text":                  {"hello", "document 1: it is no object"},
		"a list":                  {"[1, 2]", "it is no object"},
		"other kinds":             {"{apiVersion: v1, kind: Service, metadata: {name: x}}", "neither"},
		"no YAML":                 {"a: [" + secret, "line"},
		"no YAML, second":         {"a: 1\n---\nb: {" + secret, "document 2"},
		"an unknown anchor":       {"staticClients:\n- {id: x, secret: *" + secret + "}", "not YAML"},
		"a tab":                   {"a:\n\t" + secret, "not YAML"},
		"a key twice":             {"staticClients: []\nstaticClients: [{secret: " + secret + "}]", "twice"},
		"clients that are a text": {"staticClients: " + secret, "wrong type"},
		"a client that is a text": {"staticClients: [" + secret + "]", "wrong type"},
		"a secret that is a list": {"staticClients: [{id: x, secret: [" + secret + "]}]", "wrong type"},
		"a flag that is a number": {"staticClients: [{id: x, public: 4711}]", "wrong type"},
		"data that is no base64":  {"{apiVersion: v1, kind: Secret, metadata: {name: x}, data: {a: '" + secret + "!'}}", "no base64"},
		"no YAML in a ConfigMap":  {"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  a: 'staticClients: [" + secret + "'", `under "a"`},
		"a wrong item":            {"{kind: List, apiVersion: v1, items: [{kind: Secret, apiVersion: v1, data: {a: '" + secret + "!'}}]}", "item 1"},
		"aliases without end":     {bomb(), "not YAML"},
		"nested without end":      {strings.Repeat("[", 200000), "not YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := convert(test.input)
			if err == nil {
				t.Fatal("no error")
			}
			if text := err.Error(); !strings.Contains(text, test.says) || strings.Contains(text, secret) || strings.Contains(text, "4711") || strings.Contains(text, "\n") {
				t.Errorf("it says %q, not %q", text, test.says)
			}
		})
	}
}

// bomb is small and means billions of strings.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 9 {
		n := string(rune('0' + i))
		m := string(rune('1' + i))
		b.WriteString("a" + m + ": &a" + m + " [" + strings.TrimSuffix(strings.Repeat("*a"+n+", ", 10), ", ") + "]\n")
	}
	return b.String()
}

// TestURIs compares with what the schema of OAuthClients says.
func TestURIs(t *testing.T) {
	for text, good := range map[string]bool{
		"https://app.example.com":             true,
		"https://app.example.com:8443/cb?x=1": true,
		"https://[2001:db8::1]/cb":            true,
		"http://localhost:8000":               true,
		"http://127.0.0.1/":                   true,
		"http://[::1]:80/cb":                  true,
		"com.example.app:/callback":           true,
		"com.example.app://callback":          true,
		"":                                    false,
		"http://app.example.com/":             false,
		"https://":                            false,
		"https://user@app.example.com/":       false,
		"https://app.example.com:0/":          false,
		"https://app.example.com:99999/":      false,
		"https://app.example.com:/":           false,
		"https://app.example.com/#a":          false,
		"https://*.example.com/":              false,
		"https://app.example.com/%zz":         false,
		"https://app.example.com/a b":         false,
		"https://[fe80::1%25eth0]/":           false,
		"https:app.example.com":               false,
		"javascript:alert(1)":                 false,
		"myapp://callback":                    false,
		"urn:ietf:wg:oauth:2.0:oob":           false,
	} {
		if isRedirect(text) != good {
			t.Errorf("%q: %v", text, !good)
		}
	}
}

func TestOrigins(t *testing.T) {
	for text, want := range map[string]string{
		"https://App.example.com/":    "https://app.example.com",
		"https://app.example.com:443": "https://app.example.com",
		"http://localhost:3000":       "http://localhost:3000",
		"http://localhost:80":         "http://localhost",
		"https://app.example.com/x":   "",
		"http://app.example.com":      "",
		"*":                           "",
		"null":                        "",
	} {
		if got, _ := origin(text); got != want {
			t.Errorf("%q: %q, not %q", text, got, want)
		}
	}
}

// TestASecretIsNeverReported: what is lost is named without its value.
func TestASecretIsNeverReported(t *testing.T) {
	const secret = "short-secret"
	result, err := convert("staticClients: [{id: x, name: X, secret: " + secret + ", redirectURIs: ['https://" + secret + "@app.example.com/', 'https://app.example.com/']}]")
	if err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(append(result.Lost, result.ToDo...), "\n"); strings.Contains(all, secret) || len(result.Lost) != 2 {
		t.Errorf("it says %s", all)
	}
}

// FuzzConvert: whatever the input, sentences are lines of plain text.
func FuzzConvert(f *testing.F) {
	f.Add("staticClients: [{id: x, name: X, secret: y, redirectURIs: ['https://app.example.com/']}]")
	f.Add("{apiVersion: hydra.ory.sh/v1alpha1, kind: OAuth2Client, metadata: {name: a, namespace: b}, spec: {grantTypes: [client_credentials], secretName: s}}")
	f.Add("{kind: List, items: [{apiVersion: dex.coreos.com/v1, kind: OAuth2Client, id: x, secret: y}]}")
	f.Add(bomb())
	f.Fuzz(func(t *testing.T, text string) {
		result, err := convert(text)
		lines := append(result.Lost, result.ToDo...)
		if err != nil {
			lines = append(lines, err.Error())
		}
		for _, line := range lines {
			if strings.ContainsAny(line, "\n\r\x1b") || !utf8.ValidString(line) {
				t.Errorf("the line %q", line)
			}
		}
	})
}
