package clientid

import (
	"errors"
	"strings"
	"testing"
)

func TestHost(t *testing.T) {
	tests := map[string]struct {
		id, host string
		err      error
	}{
		"a document":                     {"https://editor.example/oauth/mcp-oauth-client-metadata", "editor.example", nil},
		"a port":                         {"https://app.example:8443/c.json", "app.example:8443", nil},
		"a query":                        {"https://app.example/c?v=1", "app.example", nil},
		"the root":                       {"https://app.example/", "app.example", nil},
		"an encoded name":                {"https://xn--mnchen-3ya.example/c", "xn--mnchen-3ya.example", nil},
		"one label":                      {"https://localhost/c", "localhost", nil},
		"dots that are no segment":       {"https://app.example/.well-known/a..b", "app.example", nil},
		"no path":                        {"https://app.example", "", errPath},
		"a query without a path":         {"https://app.example?x=/", "", errPath},
		"a fragment":                     {"https://app.example/c#x", "", errFragment},
		"a user":                         {"https://me@app.example/c", "", errUser},
		"a user and a password":          {"https://editor.example:x@evil.example/c", "", errUser},
		"a segment of a dot":             {"https://app.example/./c", "", errDots},
		"a segment of dots":              {"https://app.example/a/../c", "", errDots},
		"at the end":                     {"https://app.example/a/..", "", errDots},
		"an encoded one":                 {"https://app.example/%2e%2E/c", "", errDots},
		"half encoded":                   {"https://app.example/.%2e/c", "", errDots},
		"upper case":                     {"https://App.example/c", "", errHost},
		"the default port":               {"https://app.example:443/c", "", errHost},
		"a port that is none":            {"https://app.example:70000/c", "", errHost},
		"an empty port":                  {"https://app.example:/c", "", errHost},
		"a dot at the end":               {"https://app.example./c", "", errHost},
		"an empty label":                 {"https://app..example/c", "", errHost},
		"an underscore":                  {"https://app_1.example/c", "", errHost},
		"no host":                        {"https:///c", "", errHost},
		"an address":                     {"https://192.0.2.7/c", "", errAddress},
		"an address and a port":          {"https://192.0.2.7:8443/c", "", errAddress},
		"an address in one number":       {"https://3221225991/c", "", errAddress},
		"an address in hexadecimal":      {"https://0xc0000207/c", "", errAddress},
		"a short address":                {"https://127.1/c", "", errAddress},
		"an address of version 6":        {"https://[::1]/c", "", errCharacter},
		"another alphabet":               {"https://аpp.example/c", "", errCharacter},
		"a space":                        {"https://app.example/a b", "", errCharacter},
		"a backslash":                    {`https://app.example\@evil.example/c`, "", errCharacter},
		"a percent sign":                 {"https://app.example/100%", "", errCharacter},
		"a line break":                   {"https://app.example/c\n", "", errCharacter},
		"another scheme":                 {"http://app.example/c", "", errHost},
		"as long as it may be":           {"https://app.example/" + strings.Repeat("x", MaxURL-20), "app.example", nil},
		"longer":                         {"https://app.example/" + strings.Repeat("x", MaxURL-19), "", errLong},
		"an encoded host":                {"https://%61pp.example/c", "", errHost},
		"a label of 64 characters":       {"https://" + strings.Repeat("x", 64) + ".example/c", "", errHost},
		"an address as a name of others": {"https://1.2.3.4.nip.example/c", "1.2.3.4.nip.example", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if host, err := Host(test.id); host != test.host || !errors.Is(err, test.err) {
				t.Errorf("%s: %q, %v", test.id, host, err)
			}
		})
	}
}

func TestMatches(t *testing.T) {
	for pattern, hosts := range map[string]map[string]bool{
		"editor.example":       {"editor.example": true, "a.editor.example": false, "editor.example:8443": false, "noteditor.example": false},
		"*.assistants.example": {"auth.assistants.example": true, "a.b.assistants.example": true, "assistants.example": false, "evilassistants.example": false, ".assistants.example": false},
		"localhost:8443":       {"localhost:8443": true, "localhost": false},
	} {
		for host, want := range hosts {
			if Matches(pattern, host) != want {
				t.Errorf("%s matches %s: %v", pattern, host, !want)
			}
		}
	}
}

func TestUID(t *testing.T) {
	const id = "https://editor.example/oauth/mcp-oauth-client-metadata"
	for _, uid := range []UID{OfDocument(id), OfSigningDocument(id)} {
		if !uid.Virtual() || len(uid) != 37 || uid == OfDocument("https://editor.example/") {
			t.Errorf("the UID is %s", uid)
		}
	}
	if OfDocument(id) == OfSigningDocument(id) {
		t.Error("a client that signs has the UID of one that does not")
	}
}

// Each ID that is accepted names its host in the one way that browsers read.
func FuzzHost(f *testing.F) {
	for _, seed := range []string{"https://editor.example/c", "https://a@b/c", "https://127.1/", "https://a.b:1/%2e/?x#y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		host, err := Host(id)
		if err != nil {
			return
		}
		if !strings.HasPrefix(id, "https://"+host+"/") || strings.ToLower(host) != host || strings.ContainsAny(id, "#@\\ ") && !strings.Contains(id, "/") {
			t.Errorf("%q: %q", id, host)
		}
	})
}
