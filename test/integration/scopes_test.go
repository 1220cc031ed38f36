package integration

import (
	"net/http"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/test/installation"
)

func TestScopeNotAllowed(t *testing.T) {
	t.Parallel()
	p := newParty(t, scopes("read", "write"))
	for _, scope := range []string{"email", "read email", "readwrite", "READ", "read,write", "rea", "read.all", "*", "read\twrite", `read"`, "openid", "offline_access"} {
		t.Run(scope, func(t *testing.T) {
			answer := ask(t, at(t, 0, "/token"), p.authentication(), add("grant_type", "client_credentials"), add("scope", scope))
			refused(t, answer, http.StatusBadRequest, "invalid_scope")
		})
	}
	for asked, wanted := range map[string]any{"": nil, "write": "write", "read write": "read write", "write read": "write read", "read read": "read", "  read   write ": "read write"} {
		t.Run("granted "+asked, func(t *testing.T) {
			answer := ask(t, at(t, 0, "/token"), p.authentication(), add("grant_type", "client_credentials"), add("scope", asked))
			granted(t, answer)
			if answer.JSON["scope"] != wanted {
				t.Errorf("the scope is %v, not %v", answer.JSON["scope"], wanted)
			}
		})
	}
}

// openid and offline_access stand for a person, whom client_credentials knows nothing of.
// Software that sends all its scopes with every grant gets the others.
func TestScopesOfUsersAreNotForServices(t *testing.T) {
	t.Parallel()
	p := newParty(t, scopes("openid", "offline_access", "read"))
	for asked, wanted := range map[string]any{"openid read": "read", "read offline_access openid": "read", "read": "read"} {
		answer := ask(t, at(t, 0, "/token"), p.authentication(), add("grant_type", "client_credentials"), add("scope", asked))
		granted(t, answer)
		if answer.JSON["scope"] != wanted || answer.JSON["refresh_token"] != nil || answer.JSON["id_token"] != nil {
			t.Errorf("%q is answered %s", asked, answer.Body)
		}
		token, _ := answer.JSON["access_token"].(string)
		if seen := p.introspect(t, 0, token); seen.JSON["scope"] != wanted {
			t.Errorf("the token for %q has the scope %v", asked, seen.JSON["scope"])
		}
	}
	for _, asked := range []string{"openid", "offline_access", "openid offline_access"} {
		answer := ask(t, at(t, 0, "/token"), p.authentication(), add("grant_type", "client_credentials"), add("scope", asked))
		refused(t, answer, http.StatusBadRequest, "invalid_scope")
	}
}

// The refusal names the scope, if it is one.
func TestInvalidScopeNamesTheScope(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	for asked, says := range map[string]string{"read admin.all": "scope 'admin.all'", "read " + strings.Repeat("x", 129): "one of the requested scopes", `read "x"`: "one of the requested scopes"} {
		answer := ask(t, at(t, 0, "/token"), p.authentication(), add("grant_type", "client_credentials"), add("scope", asked))
		refused(t, answer, http.StatusBadRequest, "invalid_scope")
		if said, _ := answer.JSON["error_description"].(string); !strings.Contains(said, says) {
			t.Errorf("%q is answered %q", asked, said)
		}
	}
}

// fosite takes any URL below a registered audience for that audience.
func TestPrefixAudienceMatch(t *testing.T) {
	t.Parallel()
	p := newParty(t, audiences("https://api.example.com", "https://api.example.com/v1/", "billing"))
	for _, audience := range []string{
		"https://api.example.com/", "https://api.example.com/admin", "https://api.example.com/v1", "https://api.example.com/v1/users",
		"https://api.example.com:443", "https://api.example.com?x", "https://api.example.com.evil.test",
		"http://api.example.com", "bill", "billing2", "*",
	} {
		t.Run(audience, func(t *testing.T) {
			answer := ask(t, at(t, 0, "/token"), p.authentication(), asking(), add("audience", audience))
			refused(t, answer, http.StatusBadRequest, "invalid_target")
		})
	}
}

func TestAudienceCopiedUnchecked(t *testing.T) {
	t.Parallel()
	p, without := newParty(t, audiences("one", "two")), newParty(t)
	for name, asked := range map[string]step{
		"another":                add("audience", "three"),
		"another beside its own": all(add("audience", "one"), add("audience", "three")),
		"another behind a space": add("audience", "one three"),
		"another client":         add("audience", without.ID),
	} {
		t.Run(name, func(t *testing.T) {
			for _, p := range []party{p, without} {
				refused(t, ask(t, at(t, 0, "/token"), p.authentication(), asking(), asked), http.StatusBadRequest, "invalid_target")
			}
		})
	}
	for name, test := range map[string]struct {
		asked  step
		wanted []string
	}{
		"none":        {all(), []string{grantor(t).Issuer}},
		"one":         {add("audience", "one"), []string{"one"}},
		"both":        {all(add("audience", "one"), add("audience", "two")), []string{"one", "two"}},
		"one, twice":  {all(add("audience", "one"), add("audience", "one")), []string{"one"}},
		"one and ''":  {all(add("audience", "one"), addRaw("audience=")), []string{"one"}},
		"in one text": {add("audience", "one two"), []string{"one", "two"}},
	} {
		t.Run("granted "+name, func(t *testing.T) {
			if got := audienceOf(p.introspect(t, 0, p.token(t, 0, test.asked))); !equal(got, test.wanted) {
				t.Errorf("aud is %v, not %v", got, test.wanted)
			}
		})
	}
}

func audienceOf(introspection installation.Answer) []string {
	list, _ := introspection.JSON["aud"].([]any)
	var out []string
	for _, audience := range list {
		text, _ := audience.(string)
		out = append(out, text)
	}
	return out
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
