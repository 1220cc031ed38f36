package clients

import (
	"testing"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/identity"
)

// fosite matches loopback redirect URIs without comparing scheme or userinfo.
func TestRedirectURIs(t *testing.T) {
	const web, loopback, v6, name, native = "https://app.example/cb", "http://127.0.0.1/cb?x=1", "http://[::1]:8000/cb", "http://localhost", "com.example.app:/cb"
	client := New(clientspec.Client{Interactive: clientspec.Interactive{RedirectURIs: []string{web, loopback, v6, name, native}}})
	tests := map[string]bool{
		web: true, loopback: true, v6: true, name: true, native: true,
		"":                                  false,
		"https://app.example/cb/":           false,
		"https://app.example/cb?x":          false,
		"https://app.example:443/cb":        false,
		"https://APP.example/cb":            false,
		"https://app.example/cb#":           false,
		"https://user@app.example/cb":       false,
		"http://app.example/cb":             false,
		"http://127.0.0.1:1/cb?x=1":         true,
		"http://127.0.0.1:65535/cb?x=1":     true,
		"http://127.0.0.1:/cb?x=1":          false,
		"http://127.0.0.1:0/cb?x=1":         false,
		"http://127.0.0.1:65536/cb?x=1":     false,
		"http://127.0.0.1:99999/cb?x=1":     false,
		"http://127.0.0.1:00001/cb?x=1":     false,
		"http://127.0.0.1:+1/cb?x=1":        false,
		"http://[::1]:65536/cb":             false,
		"http://localhost:65536":            false,
		"http://127.0.0.1:080/cb?x=1":       false,
		"http://127.0.0.1:123456/cb?x=1":    false,
		"http://127.0.0.1:x/cb?x=1":         false,
		"http://127.0.0.1:1@evil/cb?x=1":    false,
		"http://u@127.0.0.1:1/cb?x=1":       false,
		"https://127.0.0.1:1/cb?x=1":        false,
		"http://127.0.0.1:1/cb?x=2":         false,
		"http://127.0.0.1:1/cb":             false,
		"http://127.0.0.1.evil/cb?x=1":      false,
		"http://localhost:1/cb?x=1":         false,
		"http://[::1]/cb":                   true,
		"http://[::1]:9/cb":                 true,
		"http://localhost:9":                true,
		"http://localhost:9/":               false,
		"http://localhost.evil":             false,
		"com.example.app://cb":              false,
		"HTTP://127.0.0.1:1/cb?x=1":         false,
		"http://127.0.0.1:1\\@evil/cb?x=1":  false,
		"http://127.0.0.1:1/cb?x=1\r\nX: y": false,
	}
	for uri, allowed := range tests {
		if got := client.Redirects(uri); got != allowed {
			t.Errorf("%q: %t", uri, got)
		}
	}
	if client.RedirectsAfterLogout(web) {
		t.Error("a redirect URI counts after signing out, too")
	}
}

func TestAccess(t *testing.T) {
	tests := map[string]struct {
		people clientspec.Interactive
		admits bool
	}{
		"a user of a provider that is let in": {clientspec.Interactive{Providers: []string{"corp"}, Users: []string{"alice"}}, true},
		"a user of another provider":          {clientspec.Interactive{Providers: []string{"github"}, Users: []string{"alice"}}, false},
		"everybody where nothing is said":     {clientspec.Interactive{}, true},
		"a user who is named":                 {clientspec.Interactive{Users: []string{"alice"}}, true},
		"a member of a group":                 {clientspec.Interactive{Groups: []string{"ops", "devs"}}, true},
		"one of both is enough":               {clientspec.Interactive{Users: []string{"bob"}, Groups: []string{"devs"}}, true},
		"nobody else than those named":        {clientspec.Interactive{Users: []string{"bob", "Alice"}}, false},
		"nobody outside of the groups":        {clientspec.Interactive{Groups: []string{"ops", "alice"}}, false},
		"a group is no user's name":           {clientspec.Interactive{Users: []string{"devs"}}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := New(clientspec.Client{Interactive: test.people}).Admits(&identity.Person{Source: "corp", Username: "alice", Groups: []string{"devs"}}); got != test.admits {
				t.Errorf("admits: %t", got)
			}
		})
	}
}

func TestLetsIn(t *testing.T) {
	for name, test := range map[string]struct {
		providers []string
		source    string
		want      bool
	}{
		"anywhere":           {nil, "corp", true},
		"a provider":         {[]string{"corp", "github"}, "github", true},
		"another provider":   {[]string{"corp"}, "github", false},
		"OAuthUsers":         {[]string{"corp", "local"}, "local", true},
		"OAuthUsers, others": {[]string{"corp"}, "local", false},
		"no source":          {[]string{"corp"}, "", false},
	} {
		if got := New(clientspec.Client{Interactive: clientspec.Interactive{Providers: test.providers}}).LetsIn(test.source); got != test.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
