package sealed

import (
	"net/url"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/clients"
)

// allowed reports whether an OAuthServer names the host of a redirect URI.
func allowed(a *serverspec.Anonymous, uri string) bool {
	if clients.IsLoopback(uri) {
		return slices.Contains(a.RedirectHosts, loopbackHost(uri))
	}
	rest, ok := strings.CutPrefix(uri, "https://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	if !ok {
		return false
	}
	// A host is written in one way only, as in the ID of a client with a metadata document.
	host, err := clientid.Host("https://" + rest + "/")
	return err == nil && slices.ContainsFunc(a.RedirectHosts, func(pattern string) bool { return clientid.Matches(pattern, host) })
}

// loopbackHost returns the host of a loopback URI without its port.
func loopbackHost(uri string) string {
	rest := strings.TrimPrefix(uri, "http://")
	if strings.HasPrefix(rest, "[") {
		return rest[:strings.IndexByte(rest, ']')+1]
	}
	if end := strings.IndexAny(rest, ":/?"); end >= 0 {
		rest = rest[:end]
	}
	return rest
}

// hostOf returns the host of a redirect URI, for people.
func hostOf(uri string) string {
	if to, err := url.Parse(uri); err == nil {
		return to.Host
	}
	return ""
}

// AllowsOrigin reports whether scripts of a web origin can belong to a client: one whose
// redirect URI is there.
func AllowsOrigin(settings *serverspec.Settings, origin string) bool {
	const most = 300
	a := settings.Registration.Anonymous
	return a != nil && len(origin) < most && !strings.ContainsAny(origin, "?#\\ @") && allowed(a, origin)
}
