package server

import (
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/providerspec"
	"github.com/grantor-dev/grantor/server/discovery"
	"github.com/grantor-dev/grantor/server/elsewhere"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/resourcemetadata"
	"github.com/grantor-dev/grantor/server/resources"
	"github.com/grantor-dev/grantor/server/ui"
	"github.com/grantor-dev/grantor/server/upstreamlogout"
)

// router finds the handler of a path below the issuer, which may itself have a
// path and may change while the server runs.
type router struct {
	issuer   func() string
	handlers map[string]http.Handler
	// assets serves what pages load.
	assets http.Handler
	// root answers at the issuer itself; missing and missingPage answer where nothing
	// else does, to programs and to browsers.
	root, missing, missingPage http.Handler
	// gate answers proxies; nil if there is none.
	gate http.Handler
	// resources tells of protected resources.
	resources http.Handler
	// registrations lets clients that registered manage that.
	registrations http.Handler
	// connect lets people authorize OAuthTokens.
	connect http.Handler
	// callback is where identity providers send users back to.
	callback http.Handler
	// upstreamLogout hears of users who signed out at identity providers.
	upstreamLogout http.Handler
	// certified is for clients with certificates.
	certified *router
	// documents is the endpoint behind resources.
	documents *resourcemetadata.Endpoint
	// wrap returns the handler of a route, aliases that of a path of another system, nil for any
	// other path.
	wrap    func(route) http.Handler
	aliases func(path string) http.Handler
}

// maxOfPrograms and maxOfBrowsers are how many requests of applications and of browsers are
// handled at once: while the API server is slow, each takes memory for seconds.
const maxOfPrograms, maxOfBrowsers = 1024, 512

// maxOfManagement is how many requests about registrations are handled at once.
const maxOfManagement = 64

// maxOfConnect is how many requests of people who authorize OAuthTokens are handled at once.
const maxOfConnect = 64

// maxPublished is how many protected resources discovery lists, so that it stays readable.
const maxPublished = 256

func newRouter(edge *httpx.Edge, cors, registering httpx.CORS, clients mtls, list []route, assets http.Handler, issuer, home func() string, scopes func() []string,
	protected *resources.Registry, version func() uint64) *router {
	document := func() discovery.Metadata {
		base := issuer()
		doc := discovery.Metadata{
			"issuer":                                base,
			"scopes_supported":                      scopes(),
			"subject_types_supported":               []string{"public", "pairwise"},
			"id_token_signing_alg_values_supported": keys.Algorithms(),
		}
		if known := protected.Published(); len(known) > 0 {
			doc["protected_resources"] = known[:min(len(known), maxPublished)]
		}
		for _, route := range list {
			if route.metadata != nil {
				maps.Copy(doc, route.metadata(base+route.path))
			}
		}
		maps.Copy(doc, clients.aliases(base, list))
		return doc
	}
	r := &router{
		issuer: issuer, handlers: map[string]http.Handler{}, assets: assets,
		root:        onlyHTTPS(issuer, edge.WrapPage("root", &elsewhere.Root{Home: func() string { return issuer() + home() }})),
		missing:     edge.Wrap("unknown", elsewhere.Missing{}),
		missingPage: onlyHTTPS(issuer, edge.WrapPage("unknown", elsewhere.Missing{})),
	}
	programs, browsers, management := *edge, *edge, *edge
	programs.Room, browsers.Room, management.Room = httpx.NewRoom(maxOfPrograms), httpx.NewRoom(maxOfBrowsers), httpx.NewRoom(maxOfManagement)
	r.wrap = func(route route) http.Handler {
		switch route.caller {
		case browserCaller:
			return onlyHTTPS(issuer, browsers.WrapPage(route.name, route.endpoint))
		case scriptCaller:
			return cors.Wrap(programs.Wrap(route.name, route.endpoint))
		case strangerCaller:
			return registering.Wrap(programs.Wrap(route.name, route.endpoint))
		case registeredCaller:
			return management.Wrap(route.name, route.endpoint)
		case machineCaller:
			return programs.Wrap(route.name, route.endpoint)
		default:
			return httpx.Public(edge.Wrap(route.name, route.endpoint))
		}
	}
	for _, route := range list {
		r.handlers[route.path] = r.wrap(route)
	}
	r.documents = &resourcemetadata.Endpoint{Issuer: issuer, Resources: protected}
	r.resources = httpx.Public(edge.Wrap("resource_metadata", r.documents))
	r.certified = clients.router(&programs, list, issuer, r.missing)
	metadata := httpx.Public(edge.Wrap("discovery", &discovery.Endpoint{Document: document, Version: version}))
	r.handlers[endpoints.OpenIDConfiguration] = metadata
	r.handlers[endpoints.AuthorizationServer] = metadata
	return r
}

// onlyHTTPS tells browsers to use nothing but https with the host of an https issuer for a
// year (RFC 6797). That is for all ports of the host, so an issuer with a port and a
// developer's machine are left out: they serve more.
func onlyHTTPS(issuer func() string, page http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if u, err := url.Parse(issuer()); err == nil && u.Scheme == "https" && u.Port() == "" && u.Host != "localhost" {
			w.Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		page.ServeHTTP(w, r)
	})
}

// ServeHTTP implements http.Handler.
func (r *router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	path := r.below(req.URL.Path)
	if strings.HasPrefix(path, ui.AssetPath) {
		r.assets.ServeHTTP(w, req)
		return
	}
	if r.gate != nil && strings.HasPrefix(path, endpoints.Gate) {
		r.gate.ServeHTTP(w, req)
		return
	}
	r.find(path, req).ServeHTTP(w, req)
}

// find returns the handler of a path below the issuer. The root of the host leads to the
// issuer, too, where it has a path.
func (r *router) find(path string, req *http.Request) http.Handler {
	if handler, ok := r.handlers[path]; ok {
		return handler
	}
	if r.aliases != nil {
		if handler := r.aliases(path); handler != nil {
			return handler
		}
	}
	whole := req.URL.Path
	switch {
	case r.resources != nil && resourcemetadata.Serves(path, whole):
		return r.resources
	case r.registrations != nil && strings.HasPrefix(path, endpoints.Registration+"/"):
		return r.registrations
	case r.connect != nil && strings.HasPrefix(path, endpoints.Connect):
		return r.connect
	case r.upstreamLogout != nil && strings.HasPrefix(path, upstreamlogout.Path):
		return r.upstreamLogout
	case r.callback != nil && strings.HasPrefix(path, providerspec.CallbackPath):
		return r.callback
	case path == "/", whole == "/", whole == pathOf(r.issuer()):
		return r.root
	case elsewhere.WantsPage(req):
		return r.missingPage
	default:
		return r.missing
	}
}

// below returns the part of a path behind the issuer's. RFC 8414 section 3 puts
// the well-known part before the issuer's path, OpenID Connect behind it.
func (r *router) below(path string) string {
	prefix := pathOf(r.issuer())
	if prefix == "" {
		return path
	}
	if path == endpoints.AuthorizationServer+prefix {
		return endpoints.AuthorizationServer
	}
	rest, ok := strings.CutPrefix(path, prefix)
	if !ok || rest == endpoints.AuthorizationServer {
		return ""
	}
	return rest
}

// pathOf returns the path of an issuer, which the schema keeps free of queries
// and fragments.
func pathOf(issuer string) string {
	_, rest, _ := strings.Cut(issuer, "://")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[i:]
	}
	return ""
}
