package jwksets

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/outbound"
	"github.com/grantor-dev/grantor/internal/publickeys"
)

func TestDiscover(t *testing.T) {
	const document = `{"issuer":"%[1]s","jwks_uri":"%[1]s/keys"}`
	for name, test := range map[string]struct {
		path, document string
		wanted         error
	}{
		"a document":                        {"/id/7", `{"issuer":"%[1]s/id/7","jwks_uri":"%[1]s/keys"}`, nil},
		"a document of the host":            {"", document, nil},
		"an issuer with a slash":            {"/", `{"issuer":"%[1]s/","jwks_uri":"%[1]s/keys"}`, nil},
		"another issuer":                    {"/id/7", document, errIssuer},
		"an issuer with a slash more":       {"", `{"issuer":"%[1]s/","jwks_uri":"%[1]s/keys"}`, errIssuer},
		"no issuer":                         {"", `{"jwks_uri":"%[1]s/keys"}`, errIssuer},
		"no place of keys":                  {"", `{"issuer":"%[1]s"}`, errDocument},
		"no JSON":                           {"", `<html>%[1]s`, errDocument},
		"keys without TLS":                  {"", `{"issuer":"%[1]s","jwks_uri":"http://127.0.0.1/keys"}`, errDocument},
		"keys behind user information":      {"", `{"issuer":"%[1]s","jwks_uri":"https://user:password@127.0.0.1/keys"}`, errDocument},
		"keys at a place that is too long":  {"", `{"issuer":"%[1]s","jwks_uri":"%[1]s/` + strings.Repeat("k", 2048) + `"}`, errDocument},
		"keys at an address that is closed": {"", `{"issuer":"%[1]s","jwks_uri":"https://169.254.169.254/keys"}`, outbound.ErrAddress},
		"keys that are no set":              {"", `{"issuer":"%[1]s","jwks_uri":"%[1]s/nothing"}`, errSet},
	} {
		t.Run(name, func(t *testing.T) {
			var at string
			url, roots := site(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path == strings.TrimSuffix(test.path, "/")+wellKnown:
					_, _ = fmt.Fprintf(w, test.document, at)
				case r.URL.Path == "/keys":
					_, _ = w.Write([]byte(goodSet))
				}
			})
			at = url
			keys, _, err := newFetcher(loopback, roots).fetch(t.Context(), Source{Issuer: url + test.path})
			if !errors.Is(err, test.wanted) || (len(keys) == 1) != (test.wanted == nil) {
				t.Errorf("%d keys, %v", len(keys), err)
			}
		})
	}
}

// A bundle of SPIFFE has keys for two uses, of which one is signing.
func TestKeysOfABundle(t *testing.T) {
	keys, err := Parse([]byte(`{"spiffe_sequence":1,"spiffe_refresh_hint":300,"keys":[` +
		strings.Replace(edwards, "{", `{"use":"jwt-svid",`, 1) + `,` + strings.Replace(edwards, "{", `{"use":"x509-svid","x5c":["MII="],`, 1) + `]}`))
	if err != nil || len(keys) != 1 || keys[0].ID != "a" {
		t.Errorf("%d keys, %v", len(keys), err)
	}
}

// An owner that names another place has none of the keys of the former one.
func TestAnotherSource(t *testing.T) {
	s := New(time.Now, loopback, nil, func(string, error) {})
	s.fetch = func(_ context.Context, from Source) ([]publickeys.Key, time.Duration, error) {
		return []publickeys.Key{{ID: from.URI + from.Issuer}}, time.Hour, nil
	}
	for _, from := range []Source{{URI: "https://a"}, {URI: "https://b"}, {Issuer: "https://b"}, {Issuer: "https://a"}} {
		keys, err := s.Keys(t.Context(), "east", from, func(publickeys.Key) bool { return true })
		if err != nil || len(keys) != 1 || keys[0].ID != from.URI+from.Issuer {
			t.Errorf("%+v: %+v, %v", from, keys, err)
		}
	}
}
