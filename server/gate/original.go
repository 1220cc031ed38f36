package gate

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/httpx"
)

// Headers in which proxies say what the original request was.
const (
	headerMethod = "X-Forwarded-Method"
	headerProto  = "X-Forwarded-Proto"
	headerHost   = "X-Forwarded-Host"
	headerURI    = "X-Forwarded-Uri"

	headerOriginalMethod = "X-Original-Method"
	headerOriginalURL    = "X-Original-Url"
)

// original is a request that a proxy received, as far as a proof is about it.
type original struct{ method, proto, host, path string }

// original returns the request that a proxy asks about. Only the proxy knows it, so the proxy
// must be trusted. It returns an httpx.Error.
func (e *Endpoint) original(r *http.Request, asked *question) (*original, error) {
	if !httpx.SentBy(r, e.Trusted()) {
		return nil, invalidToken("The access token is bound to a key, and the gate cannot know which request its proof is for: spec.http.trustedProxies of the OAuthServer does not list the proxy.")
	}
	o := &original{r.Method, "https", r.Host, asked.path}
	if values := r.Header.Values(headerProto); len(values) > 0 || !asked.appended {
		o.proto = only(values)
	}
	if !asked.appended {
		o.method, o.host = only(r.Header.Values(headerMethod)), only(r.Header.Values(headerHost))
		uri := only(r.Header.Values(headerURI))
		if contradicted(r.Header, o.method, o.host+uri) {
			return nil, invalidToken("The access token is bound to a key, and the proxy names two different requests: X-Original-Method and X-Original-Url do not match X-Forwarded-Method, -Host and -Uri. The proxy must set all of them.")
		}
		o.path, _, _ = strings.Cut(uri, "?")
	}
	if !o.complete() {
		return nil, invalidToken("The access token is bound to a key, and the proxy does not say which request its proof is for: it must send X-Forwarded-Method, -Proto, -Host and -Uri, each once.")
	}
	return o, nil
}

// contradicted reports whether other headers of a proxy name another request: Ingress NGINX
// sets X-Original-Method and X-Original-URL itself, and passes on X-Forwarded headers of a
// client.
func contradicted(header http.Header, method, target string) bool {
	differs := func(value string) bool {
		_, rest, ok := strings.Cut(value, "://")
		return !ok || rest != target
	}
	return slices.ContainsFunc(header.Values(headerOriginalURL), differs) ||
		slices.ContainsFunc(header.Values(headerOriginalMethod), func(value string) bool { return value != method })
}

// url returns the URL without its query.
func (o *original) url() string { return o.proto + "://" + o.host + o.path }

// complete reports whether each part is there, and has no other part in it.
func (o *original) complete() bool {
	at, err := url.Parse(o.url())
	return err == nil && o.method != "" && (o.proto == "https" || o.proto == "http") && o.host != "" && at.Host == o.host && at.User == nil &&
		strings.HasPrefix(o.path, "/") && !strings.Contains(o.path, "#")
}

// only returns the only value of a header; "" if there is none, or several. Some programs write
// several values into one header; a path can have a comma.
func only(values []string) string {
	if len(values) != 1 || strings.Contains(values[0], ",") && !strings.HasPrefix(values[0], "/") {
		return ""
	}
	return values[0]
}

// shared is the address space of carriers (RFC 6598), which some clusters use for pods.
var shared = netip.MustParsePrefix("100.64.0.0/10")

// fromCluster reports whether a request can be from a proxy in the cluster: it comes from a
// private address or from a trusted proxy, and was not sent to the host of a public URL of the
// server, as requests from outside are. A host that is only known in the cluster is not public.
func fromCluster(r *http.Request, trusted []netip.Prefix, urls ...string) bool {
	for _, text := range urls {
		if at, err := url.Parse(text); err != nil || hostname(r.Host) == hostname(at.Host) && isPublic(hostname(at.Host)) {
			return false
		}
	}
	connection, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	address := connection.Addr().Unmap()
	return address.IsPrivate() || address.IsLoopback() || address.IsLinkLocalUnicast() || shared.Contains(address) || httpx.SentBy(r, trusted)
}

// hostname returns a host in lower case, without its port and a dot at its end.
func hostname(host string) string {
	return strings.ToLower(strings.TrimSuffix((&url.URL{Host: host}).Hostname(), "."))
}

// isPublic reports whether requests from outside the cluster can have a host: it is neither the
// name of a Service nor this machine. In a cluster with another domain than cluster.local, the
// full name of a Service is taken for a public one.
func isPublic(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return !address.IsLoopback()
	}
	return strings.Contains(host, ".") && !strings.HasSuffix(host, ".svc") && !strings.HasSuffix(host, ".svc.cluster.local")
}
