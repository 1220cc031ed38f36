package resourcespec

import (
	"net/url"
	"path"
	"strings"

	"github.com/grantor-dev/grantor/internal/clientpolicy"
)

// Host returns the host of an identifier in lower case, without its port; "" for one that
// is no https URL.
func Host(identifier string) string {
	if !strings.HasPrefix(identifier, "https://") {
		return ""
	}
	return clientpolicy.HostOf(identifier)
}

// looseHost returns the host that the laxest of readers finds in a URL, or in a text that is
// a host. It is for refusing alone.
func looseHost(text string) string {
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
	}
	text, _, _ = strings.Cut(text, "/")
	text = text[strings.LastIndexByte(text, '@')+1:]
	if end := strings.IndexAny(text, ":?#"); end >= 0 {
		text = text[:end]
	}
	return strings.ToLower(strings.TrimRight(text, "."))
}

// Normalized returns the one spelling of an absolute URL without a fragment (RFC 3986
// section 6.2): its scheme and host in lower case, without the default port, without a
// slash at the end.
func Normalized(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || strings.Contains(text, "#") {
		return "", false
	}
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	spelled := u.Scheme + "://" + host + strings.TrimSuffix(u.EscapedPath(), "/")
	if u.RawQuery != "" {
		spelled += "?" + u.RawQuery
	}
	return spelled, true
}

// Loosely returns what the laxest of resource servers could take a URL for: the identifier
// whose host and decoded path it has; other texts as they are. It is for refusing alone.
func Loosely(text string) string {
	u, err := url.Parse(text)
	if err != nil || !strings.EqualFold(u.Scheme, "https") || u.Host == "" {
		return text
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if port := u.Port(); port != "" && port != "443" {
		host += ":" + port
	}
	return "https://" + host + strings.TrimSuffix(path.Clean("/"+u.Path), "/")
}
