package migrate

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

var (
	host          = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`)
	privateScheme = regexp.MustCompile(`^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:/`)
	uriCharacters = regexp.MustCompile(`^[!-~]+$`)
	percent       = regexp.MustCompile(`%([^0-9A-Fa-f]|$|[0-9A-Fa-f]([^0-9A-Fa-f]|$))`)
)

// maxURI is how long a URI of an OAuthClient may be.
const maxURI = 2048

// isRedirect reports whether the schema of OAuthClients takes a redirect URI.
func isRedirect(text string) bool {
	if len(text) > maxURI || !uriCharacters.MatchString(text) || strings.ContainsAny(text, "#*\\\"<>") || percent.MatchString(text) {
		return false
	}
	if privateScheme.MatchString(text) {
		return !strings.Contains(text, "@")
	}
	return isWeb(text)
}

// isWeb reports whether a URI is https, or http on a loopback address.
func isWeb(text string) bool {
	if len(text) > maxURI || !uriCharacters.MatchString(text) || percent.MatchString(text) {
		return false
	}
	u, err := url.Parse(text)
	if err != nil || u.User != nil || !strings.HasPrefix(text, u.Scheme+"://") || !isPort(u) {
		return false
	}
	switch u.Scheme {
	case "https":
		return host.MatchString(u.Hostname()) || isIPv6(u)
	case "http":
		return u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	}
	return false
}

func isIPv6(u *url.URL) bool {
	address, err := netip.ParseAddr(u.Hostname())
	return err == nil && address.Is6() && address.Zone() == "" && !strings.Contains(u.Host, ".")
}

func isPort(u *url.URL) bool {
	if !strings.HasPrefix(u.Port(), "0") && !strings.HasSuffix(u.Host, ":") {
		port, err := strconv.ParseUint(u.Port(), 10, 16)
		return u.Port() == "" || err == nil && port > 0
	}
	return false
}

// origin returns a web origin as browsers spell it.
func origin(text string) (string, bool) {
	text = strings.ToLower(strings.TrimSuffix(text, "/"))
	u, err := url.Parse(text)
	if err != nil || !isWeb(text) || u.Path != "" || strings.ContainsAny(text, "?#") {
		return "", false
	}
	if u.Scheme == "https" {
		text = strings.TrimSuffix(text, ":443")
	} else {
		text = strings.TrimSuffix(text, ":80")
	}
	return text, len(text) <= 300
}
