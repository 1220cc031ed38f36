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

// original is a request that a proxy has got, as far as a proof concerns it.
type original struct{ method, proto, host, path string }

// original returns the request that a proxy asks about. Only the proxy can tell, so it must be
// one that is believed. It returns an httpx.Error.
func (e *Endpoint) original(r *http.Request, asked *question) (*original, error) {
	if !httpx.SentBy(r, e.Trusted()) {
		return nil, invalidToken("The access token is bound to a key, and the gate cannot know which request its proof is for: spec.http.trustedProxies of the OAuthServer does not have the proxy.")
	}
	o := &original{r.Method, "https", r.Host, asked.path}
	if values := r.Header.Values(headerProto); len(values) > 0 || !asked.appended {
		o.proto = only(values)
	}
	if !asked.appended {
		o.method, o.host = only(r.Header.Values(headerMethod)), only(r.Header.Values(headerHost))
		uri := only(r.Header.Values(headerURI))
		if contradicted(r.Header, o.method, o.host+uri) {
			return nil, invalidToken("The access token is bound to a key, and the proxy says of two requests that its proof is for them: X-Original-Method and X-Original-Url are not X-Forwarded-Method, -Host and -Uri. The proxy must set all of them.")
		}
		o.path, _, _ = strings.Cut(uri, "?")
	}
	if !o.complete() {
		return nil, invalidToken("The access token is bound to a key, and the proxy does not say which request its proof is for: it must send X-Forwarded-Method, -Proto, -Host and -Uri, each once.")
	}
	return o, nil
}

// contradicted reports whether a proxy also says with other headers which request it has got, and
// that is another one: Ingress NGINX sets these, and passes on what a client wrote in the former.
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

// complete reports whether each part is there and is nothing but that part.
func (o *original) complete() bool {
	at, err := url.Parse(o.url())
	return err == nil && o.method != "" && (o.proto == "https" || o.proto == "http") && o.host != "" && at.Host == o.host && at.User == nil &&
		strings.HasPrefix(o.path, "/") && !strings.Contains(o.path, "#")
}

// only returns the only value of a header; "" if there is none, or several. Some programs write
// several into one header; a path can have a comma.
func only(values []string) string {
	if len(values) != 1 || strings.Contains(values[0], ",") && !strings.HasPrefix(values[0], "/") {
		return ""
	}
	return values[0]
}

// shared are the addresses of carriers (RFC 6598), which some clusters give to pods.
var shared = netip.MustParsePrefix("100.64.0.0/10")

// fromCluster reports whether a request can be one of a proxy in the cluster: it comes from a
// private address, or from a trusted proxy, and it was not sent to the host of one of the public
// URLs of the server, as that of everyone outside is. A host that only the cluster knows is not
// public.
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

// isPublic reports whether requests from outside of the cluster can have a host: it is no name
// of a Service, and not this machine. Of a cluster with another domain, a Service's whole name is
// public.
func isPublic(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return !address.IsLoopback()
	}
	return strings.Contains(host, ".") && !strings.HasSuffix(host, ".svc") && !strings.HasSuffix(host, ".svc.cluster.local")
}
