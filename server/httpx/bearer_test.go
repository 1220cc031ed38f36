package httpx

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestBearer(t *testing.T) {
	for name, test := range map[string]struct {
		headers      []string
		token        string
		there, fails bool
	}{
		"none": {nil, "", false, false}, "a token": {[]string{"Bearer x"}, "x", true, false}, "in small letters": {[]string{"bearer x"}, "x", true, false},
		"empty": {[]string{""}, "", true, true}, "no token": {[]string{"Bearer"}, "", true, true}, "an empty one": {[]string{"Bearer "}, "", true, true},
		"another scheme": {[]string{"Basic eDp5"}, "", true, true}, "two": {[]string{"Bearer a", "Bearer b"}, "", true, true},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.Header["Authorization"] = test.headers
		token, there, err := Bearer(r)
		if token != test.token || there != test.there || (err != nil) != test.fails || err != nil && CodeOf(err) != CodeInvalidToken {
			t.Errorf("%s: %q, %t, %v", name, token, there, err)
		}
	}
}
