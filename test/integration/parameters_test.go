package integration

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// RFC 6749 section 3.2: request parameters must not be included more than once.
func TestDuplicateParameters(t *testing.T) {
	t.Parallel()
	p := newParty(t, authenticatingBy("client_secret_post"), audiences("one", "two"))
	for name, again := range map[string]step{
		"the same grant_type": add("grant_type", "client_credentials"),
		"another grant_type":  add("grant_type", "authorization_code"),
		"the same scope":      add("scope", "read"),
		"an empty scope":      addRaw("scope="),
		"a scope as bare key": addRaw("scope"),
		"an encoded name":     addRaw("%73cope=read"),
		"client_id":           add("client_id", p.ID),
		"another client_id":   add("client_id", "other"),
		"client_secret":       add("client_secret", p.Secret),
		"an unknown name":     all(add("foo", "1"), add("foo", "2")),
		"unknown, both empty": addRaw("foo=&foo="),
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, ask(t, at(t, 0, "/token"), p.authentication(), asking(), again), http.StatusBadRequest, "invalid_request")
		})
	}
	for _, path := range []string{"/introspect", "/revoke"} {
		t.Run("token at "+path, func(t *testing.T) {
			answer := ask(t, at(t, 0, path), p.authentication(), add("token", "a"), add("token", "b"))
			refused(t, answer, http.StatusBadRequest, "invalid_request")
		})
	}
	t.Run("audience may be repeated", func(t *testing.T) {
		granted(t, ask(t, at(t, 0, "/token"), p.authentication(), asking(), add("audience", "one"), add("audience", "two")))
	})
}

// RFC 6749 section 3.2: parameters without a value count as omitted.
func TestEmptyValuesCountAsOmitted(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	for name, empty := range map[string]step{
		"scope":                 addRaw("scope="),
		"a bare key":            addRaw("scope"),
		"audience":              addRaw("audience="),
		"audience, twice":       addRaw("audience=&audience="),
		"resource":              addRaw("resource="),
		"client_id":             addRaw("client_id="),
		"client_secret":         addRaw("client_secret="),
		"client_assertion":      addRaw("client_assertion=&client_assertion_type="),
		"nothing between the &": addRaw("&&"),
	} {
		t.Run(name, func(t *testing.T) {
			granted(t, ask(t, at(t, 0, "/token"), p.authentication(), add("grant_type", "client_credentials"), empty))
		})
	}
	t.Run("grant_type", func(t *testing.T) {
		refused(t, ask(t, at(t, 0, "/token"), p.authentication(), addRaw("grant_type=")), http.StatusBadRequest, "invalid_request")
	})
	for _, path := range []string{"/introspect", "/revoke"} {
		t.Run("token at "+path, func(t *testing.T) {
			refused(t, ask(t, at(t, 0, path), p.authentication(), addRaw("token=")), http.StatusBadRequest, "invalid_request")
		})
	}
}

// What is in a URL ends in logs. RFC 6749 section 3.2: parameters in the body.
func TestParametersInTheQuery(t *testing.T) {
	t.Parallel()
	p := newParty(t, authenticatingBy("client_secret_post"))
	secret := "client_secret=" + p.Secret
	for name, steps := range map[string]step{
		"the secret": all(add("client_id", p.ID), asking(), query(secret)),
		"everything": query("grant_type=client_credentials&client_id=" + p.ID + "&" + secret),
		"the grant":  all(p.authentication(), query("grant_type=client_credentials")),
		"the scope":  all(p.authentication(), add("grant_type", "client_credentials"), query("scope=read")),
		"an unknown": all(p.authentication(), asking(), query("foo")),
		"a copy":     all(p.authentication(), asking(), query("grant_type=client_credentials")),
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, ask(t, at(t, 0, "/token"), steps), http.StatusBadRequest, "invalid_request")
		})
	}
	for _, path := range []string{"/introspect", "/revoke"} {
		t.Run("token at "+path, func(t *testing.T) {
			refused(t, ask(t, at(t, 0, path), p.authentication(), query("token=x")), http.StatusBadRequest, "invalid_request")
		})
	}
}

func TestMissingParameters(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	for name, steps := range map[string]step{
		"nothing at all":     header("Authorization"),
		"only credentials":   p.authentication(),
		"no grant_type":      all(p.authentication(), add("scope", "read")),
		"an unknown instead": all(p.authentication(), add("grant", "client_credentials")),
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, ask(t, at(t, 0, "/token"), steps), http.StatusBadRequest, "invalid_request")
		})
	}
	for _, path := range []string{"/introspect", "/revoke"} {
		t.Run("token at "+path, func(t *testing.T) {
			refused(t, ask(t, at(t, 0, path), p.authentication()), http.StatusBadRequest, "invalid_request")
			refused(t, ask(t, at(t, 0, path), p.authentication(), add("access_token", "x")), http.StatusBadRequest, "invalid_request")
		})
	}
}

// Whatever a parameter holds, the answer is a registered error that quotes nothing
// unprintable.
func TestStrangeCharactersInEveryParameter(t *testing.T) {
	t.Parallel()
	p := newParty(t, authenticatingBy("client_secret_post"))
	values := map[string]string{
		"NUL": "\x00", "controls": "\x01\x1b[31m\x7f", "line breaks": "a\r\nSet-Cookie: x=y\r\n\r\n",
		"quotes": `"\'<script>`, "unicode": "schl\u00fcssel\u2028\U0001F511\u202e", "not UTF-8": "\xff\xfe\xc0\x80",
		"format verbs": "%s%n%!d(MISSING)", "long": strings.Repeat("x", 60000), "long unicode": strings.Repeat("\u00fc", 10000),
	}
	for kind, value := range values {
		for _, name := range []string{"grant_type", "scope", "audience", "client_id", "client_secret"} {
			t.Run(kind+" in "+name, func(t *testing.T) {
				parameters := map[string]string{"grant_type": "client_credentials", "scope": "read", "client_id": p.ID, "client_secret": p.Secret, name: value}
				var steps []step
				for name, value := range parameters {
					steps = append(steps, add(name, value))
				}
				answer := ask(t, at(t, 0, "/token"), steps...)
				wanted := map[string]string{
					"grant_type": "unsupported_grant_type", "scope": "invalid_scope", "audience": "invalid_target",
					"client_id": "invalid_client", "client_secret": "invalid_client",
				}[name]
				status := http.StatusBadRequest
				if wanted == "invalid_client" {
					status = http.StatusUnauthorized
				}
				refused(t, answer, status, wanted)
			})
		}
		t.Run(kind+" in token", func(t *testing.T) {
			inactive(t, p.introspect(t, 0, value))
			if answer := p.revoke(t, 0, value); answer.Status != http.StatusOK {
				t.Errorf("revocation answers %d %s", answer.Status, answer.Body)
			}
		})
		t.Run(kind+" in a name", func(t *testing.T) {
			granted(t, ask(t, at(t, 0, "/token"), p.authentication(), asking(), add(value[:min(len(value), 1000)], "x")))
		})
	}
}

func TestTooManyParameters(t *testing.T) {
	t.Parallel()
	p := newParty(t)
	var different, same []step
	for n := range 65 {
		different = append(different, add(fmt.Sprintf("p%d", n), "x"))
		same = append(same, add("audience", "x"))
	}
	refused(t, ask(t, at(t, 0, "/token"), p.authentication(), asking(), all(different...)), http.StatusBadRequest, "invalid_request")
	refused(t, ask(t, at(t, 0, "/token"), p.authentication(), asking(), all(same...)), http.StatusBadRequest, "invalid_request")
}
