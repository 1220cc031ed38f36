package server

import (
	"maps"
	"net/http"
	"strings"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/endpoint/discovery"
	"github.com/grantor-dev/grantor/server/endpoint/introspect"
	"github.com/grantor-dev/grantor/server/endpoint/jwks"
	"github.com/grantor-dev/grantor/server/endpoint/revoke"
	"github.com/grantor-dev/grantor/server/endpoint/token"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/provider"
)

// room is one endpoint with what discovery says of it.
type room struct {
	path     string
	name     string
	endpoint httpx.Endpoint
	// metadata returns the room's part of the discovery document; url is its own.
	metadata func(url string) discovery.Metadata
}

// clientMethods are the ways in which a client can authenticate.
var clientMethods = []string{"client_secret_basic", "client_secret_post"}

// rooms is the list of what the server serves. Discovery is made from it.
func rooms(p *provider.Provider, store *keys.Store) []room {
	return []room{
		{endpoints.Token, "token", &token.Endpoint{Issuer: p}, func(url string) discovery.Metadata {
			return discovery.Metadata{
				"token_endpoint":                        url,
				"grant_types_supported":                 p.GrantTypes(),
				"token_endpoint_auth_methods_supported": clientMethods,
			}
		}},
		{endpoints.Introspection, "introspect", &introspect.Endpoint{Introspector: p}, func(url string) discovery.Metadata {
			return discovery.Metadata{
				"introspection_endpoint":                        url,
				"introspection_endpoint_auth_methods_supported": clientMethods,
			}
		}},
		{endpoints.Revocation, "revoke", &revoke.Endpoint{Revoker: p}, func(url string) discovery.Metadata {
			return discovery.Metadata{
				"revocation_endpoint":                        url,
				"revocation_endpoint_auth_methods_supported": append([]string{"none"}, clientMethods...),
			}
		}},
		{endpoints.JWKS, "jwks", &jwks.Endpoint{Keys: store}, func(url string) discovery.Metadata {
			return discovery.Metadata{"jwks_uri": url}
		}},
	}
}

// router finds the handler of a path below the issuer, which may itself have a
// path and may change while the server runs.
type router struct {
	issuer   func() string
	handlers map[string]http.Handler
}

func newRouter(edge *httpx.Edge, list []room, issuer func() string, scopes func() []string) *router {
	document := func() discovery.Metadata {
		base := issuer()
		doc := discovery.Metadata{
			"issuer":                                base,
			"scopes_supported":                      scopes(),
			"response_types_supported":              []string{},
			"subject_types_supported":               []string{"public"},
			"id_token_signing_alg_values_supported": []string{"ES256"},
		}
		for _, room := range list {
			maps.Copy(doc, room.metadata(base+room.path))
		}
		return doc
	}
	r := &router{issuer: issuer, handlers: map[string]http.Handler{}}
	for _, room := range list {
		r.handlers[room.path] = edge.Wrap(room.name, room.endpoint)
	}
	metadata := edge.Wrap("discovery", &discovery.Endpoint{Document: document})
	r.handlers[endpoints.OpenIDConfiguration] = metadata
	r.handlers[endpoints.AuthorizationServer] = metadata
	return r
}

// ServeHTTP implements http.Handler.
func (r *router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	handler, ok := r.handlers[r.below(req.URL.Path)]
	if !ok {
		http.NotFound(w, req)
		return
	}
	handler.ServeHTTP(w, req)
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
