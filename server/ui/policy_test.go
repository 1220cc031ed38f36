package ui_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/grantor-dev/grantor/server/ui"
)

// scripted are the samples with a script: those that submit themselves or ask for a passkey.
var scripted = []string{"formpost", "factor", "security"}

func TestEveryPageHasTheHeaders(t *testing.T) {
	for name, page := range samples("Alice") {
		t.Run(name, func(t *testing.T) {
			w, _ := written(t, newPages(t, ""), page, ui.Policy{})
			policy := w.Header().Get("Content-Security-Policy")
			for _, wanted := range []string{"default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"} {
				if !strings.Contains(policy+";", wanted+";") {
					t.Errorf("%q is missing in %s", wanted, policy)
				}
			}
			if strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") != slices.Contains(scripted, name) {
				t.Errorf("the policy is %s", policy)
			}
			for header, wanted := range map[string]string{
				"X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
				"X-Content-Type-Options": "nosniff", "Content-Type": "text/html; charset=utf-8", "Cross-Origin-Opener-Policy": "",
			} {
				if got := w.Header().Get(header); got != wanted {
					t.Errorf("%s is %q", header, got)
				}
			}
		})
	}
}

func TestLogosComeFromTheirOriginOnly(t *testing.T) {
	for uri, origin := range map[string]string{
		"https://Logos.example.com:8443/a.png?b=c#d": "https://logos.example.com:8443",
		"http://localhost:8080/a.png":                "http://localhost:8080",
		"http://127.0.0.1/a.png":                     "http://127.0.0.1",
		"http://logos.example.com/a.png":             "",
		"https://user@logos.example.com/a.png":       "",
		"https://a.example;script-src *;/a.png":      "",
		"https://a.example, default-src */a.png":     "",
		"https://[::1]/a.png":                        "",
		"https://*/a.png":                            "",
		"data:image/png;base64,AA":                   "",
		"/assets/a.png":                              "",
		"":                                           "",
	} {
		t.Run(uri, func(t *testing.T) {
			w, elements := written(t, newPages(t, ""), ui.Consent{Application: ui.Application{ID: "a", LogoURI: uri}, Action: "/consent"}, ui.Policy{})
			wanted := "img-src 'self'"
			if origin != "" {
				wanted += " " + origin
			}
			if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, wanted+";") {
				t.Errorf("the policy is %s", policy)
			}
			if images := find(elements, "img", "", ""); (len(images) == 1) != (origin != "") {
				t.Errorf("the page shows %d images", len(images))
			}
		})
	}
}

func TestFormsLeadWhereThePolicyAllows(t *testing.T) {
	for name, test := range map[string]struct {
		allowed []string
		wanted  string
	}{
		"nothing more":           {nil, "form-action 'self';"},
		"a scheme":               {[]string{"https:"}, "form-action 'self' https:;"},
		"a private scheme":       {[]string{ui.SchemeSource("com.example.app:/cb")}, "form-action 'self' com.example.app:;"},
		"two origins":            {[]string{"https://a.example", "http://127.0.0.1:*"}, "form-action 'self' https://a.example http://127.0.0.1:*;"},
		"another directive":      {[]string{"https:; script-src *", "https:, x"}, "form-action 'self';"},
		"everything":             {[]string{"*", "'unsafe-inline'", ""}, "form-action 'self';"},
		"a URI that is not one":  {[]string{ui.SchemeSource("%zz"), ui.SchemeSource("/path")}, "form-action 'self';"},
		"the scheme in capitals": {[]string{ui.SchemeSource("HTTPS://a.example/cb")}, "form-action 'self' https:;"},
	} {
		t.Run(name, func(t *testing.T) {
			w, _ := written(t, newPages(t, ""), ui.Login{Action: "/login"}, ui.Policy{FormAction: test.allowed})
			if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, test.wanted) {
				t.Errorf("the policy is %s", policy)
			}
		})
	}
}
