package ui

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Policy says what a page may do beyond what every page may.
type Policy struct {
	// FormAction are more places that forms may lead to, such as "https:" or
	// "com.example.app:". Chromium holds a redirect after a POST to them, too, and
	// every redirect after that one; see SchemeSource.
	FormAction []string
}

// SchemeSource returns the scheme of a redirect URI with its colon, as a source
// for Policy.FormAction, or "". It names no host, because where an application
// sends people after its own redirect URI is unknown.
func SchemeSource(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" {
		return ""
	}
	return u.Scheme + ":"
}

// source is what FormAction may hold: a scheme or an origin. Whatever else would
// end the directive.
var source = regexp.MustCompile(`^([a-z][a-z0-9+.-]*:|https?://[A-Za-z0-9.-]+(:([0-9]{1,5}|\*))?)$`)

// contentSecurity returns the Content-Security-Policy of a page.
func (p Policy) contentSecurity(page Page) string {
	images, forms, scripts := "'self'", "'self'", ""
	if a := page.application(); a != nil {
		if origin := originOf(a.LogoURI); origin != "" {
			images += " " + origin
		}
	}
	for _, s := range p.FormAction {
		if source.MatchString(s) && !strings.Contains(forms+" ", " "+s+" ") {
			forms += " " + s
		}
	}
	if scriptOf(page) != "" {
		scripts = "; script-src 'self'"
	}
	return "default-src 'none'; style-src 'self'; img-src " + images + scripts +
		"; form-action " + forms + "; frame-ancestors 'none'; base-uri 'none'"
}

// scriptOf returns the script of a page, empty for none.
func scriptOf(page Page) string {
	switch p := page.(type) {
	case FormPost:
		return submitScript
	case Factor:
		if len(p.Passkey) > 0 {
			return keyScript
		}
	case Enroll:
		if len(p.Passkey) > 0 {
			return keyScript
		}
	case Security:
		if len(p.Passkey) > 0 {
			return keyScript
		}
	}
	return ""
}

// set sets the headers of a page.
//
// There is no Cross-Origin-Opener-Policy: it would cut single-page applications
// that sign people in with a popup off from that popup. Framing is what could
// trick people into a click, and frame-ancestors forbids it.
func (p Policy) set(header http.Header, page Page) {
	for name, value := range map[string]string{
		"Content-Type":            "text/html; charset=utf-8",
		"Content-Security-Policy": p.contentSecurity(page),
		"Cache-Control":           "no-store",
		"Pragma":                  "no-cache",
		"Permissions-Policy":      "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
		"Referrer-Policy":         "no-referrer",
		"X-Content-Type-Options":  "nosniff",
		"X-Frame-Options":         "DENY",
	} {
		header.Set(name, value)
	}
}
