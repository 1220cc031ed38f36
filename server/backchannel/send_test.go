package backchannel

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

// nowhere allows nothing in addition, and loopback what runs on the same machine.
func nowhere() []netip.Prefix { return nil }

func loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

func TestWhatAnAnswerMeans(t *testing.T) {
	tests := map[string]struct {
		status int
		want   Outcome
	}{
		"accepted":                  {200, Delivered},
		"accepted without a body":   {204, Delivered},
		"a redirect":                {302, Refused},
		"not to be trusted":         {400, Refused},
		"no such page":              {404, Refused},
		"took too long to send":     {408, again},
		"too many":                  {429, again},
		"broken":                    {500, again},
		"the application is away":   {503, again},
		"nothing that HTTP knows":   {600, again},
		"a page that has not moved": {304, Refused},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			requests := 0
			site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests++
				if r.Method != http.MethodPost || r.FormValue("logout_token") != "a+token=&" {
					t.Errorf("%s with %q", r.Method, r.Form)
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(test.status)
			}))
			defer site.Close()
			got, reason := newSender(loopback).send(t.Context(), site.URL+"/logout", false, "a+token=&")
			if got != test.want || requests != 1 || (reason == "") != (got == Delivered) {
				t.Errorf("%q because %q after %d requests", got, reason, requests)
			}
		})
	}
}

func TestWhereNothingIsSent(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("somebody was called") }))
	defer site.Close()
	at, _ := url.Parse(site.URL)
	one := func() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")} }
	tests := map[string]struct {
		networks func() []netip.Prefix
		host     string
		own      bool
	}{
		"loopback":                          {nowhere, "127.0.0.1", true},
		"loopback by name":                  {nowhere, "localhost", true},
		"loopback in other words":           {nowhere, "[::ffff:127.0.0.1]", true},
		"another loopback address":          {one, "127.0.0.2", true},
		"the address that leads to oneself": {loopback, "0.0.0.0", true},
		"a private address":                 {nowhere, "10.255.255.255", false},
		"metadata":                          {loopback, "169.254.169.254", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, reason := newSender(test.networks).send(t.Context(), "http://"+test.host+":"+at.Port()+"/?secret=x", test.own, "token")
			if got != Refused || strings.Contains(reason, "secret") {
				t.Errorf("%q because %q", got, reason)
			}
		})
	}
}

func TestReasonsDoNotNameTheURI(t *testing.T) {
	for _, uri := range []string{"http://localhost:1/?secret=x", "http://app.secret.invalid/?secret=x", "http://localhost:1/\x7f?secret=x"} {
		if got, reason := newSender(loopback).send(t.Context(), uri, true, "secret"); got == Delivered || strings.Contains(reason, "secret=") {
			t.Errorf("%q because %q", got, reason)
		}
	}
}
