package ui

import (
	"html/template"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"time"
)

func functions(s *speaker) template.FuncMap {
	return template.FuncMap{
		"external": func(uri string) template.URL { return link("", uri) },
		"logo":     logo,
		"qrcode":   qrCode,
		"machine":  func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"moment":   s.language.Moment,
		"t":        s.html,
		"s":        s.plain,
		"say":      s.say,
		"saying":   s.saying,
		"name":     name,
		"strong":   strong,
		"person":   person,
		"time":     s.time,
		"list":     list,
	}
}

// link returns a URI that a page may lead to, or "". A path belongs to this server
// and gets the base. html/template would refuse the private schemes of native
// applications (RFC 8252 section 7.1), which contain a dot; all that run script or
// read files do not.
func link(base, uri string) template.URL {
	if strings.ContainsFunc(uri, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }) || strings.HasPrefix(uri, "//") {
		return ""
	}
	if strings.HasPrefix(uri, "/") {
		return template.URL(base + uri) //nolint:gosec // a path of this server; still escaped as an attribute
	}
	scheme, _, _ := strings.Cut(SchemeSource(uri), ":")
	if scheme != "http" && scheme != "https" && !strings.Contains(scheme, ".") {
		return ""
	}
	return template.URL(uri) //nolint:gosec // its scheme was checked; still escaped as an attribute
}

// Links reports whether a page can lead to the URI of an application.
func Links(uri string) bool { return link("", uri) != "" }

// logo returns the URI of a logo if a page may show it.
func logo(uri string) string {
	if originOf(uri) == "" {
		return ""
	}
	return uri
}

// plainHost is what a source of a Content-Security-Policy can express: no IPv6
// address, and no character that could begin another directive.
var plainHost = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(:[0-9]{1,5})?$`)

// originOf returns the origin of a logo: https, or http on a loopback address; ""
// for any other.
func originOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.User != nil || !plainHost.MatchString(u.Host) {
		return ""
	}
	address, _ := netip.ParseAddr(u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || address.IsLoopback()) {
		return u.Scheme + "://" + strings.ToLower(u.Host)
	}
	return ""
}
