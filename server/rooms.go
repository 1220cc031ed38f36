package server

import (
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/server/account"
	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/endpoint/discovery"
	"github.com/grantor-dev/grantor/server/endpoint/elsewhere"
	"github.com/grantor-dev/grantor/server/endpoint/introspect"
	"github.com/grantor-dev/grantor/server/endpoint/jwks"
	"github.com/grantor-dev/grantor/server/endpoint/revoke"
	"github.com/grantor-dev/grantor/server/endpoint/token"
	"github.com/grantor-dev/grantor/server/endpoint/userinfo"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/provider"
	"github.com/grantor-dev/grantor/server/ui"
)

// room is one endpoint with what discovery says of it.
type room struct {
	path     string
	name     string
	endpoint httpx.Endpoint
	// metadata returns the room's part of the discovery document; url is its own. It is
	// nil for a room that applications need not know.
	metadata func(url string) discovery.Metadata
	// visitors are who comes: programs, scripts of web pages, or people.
	visitors visitors
}

// visitors are who comes to a room.
type visitors int

const (
	programs visitors = iota
	// scripts may come from the origins that clients allow.
	scripts
	// people get pages, also for errors.
	people
)

// clientMethods are the ways in which a client can authenticate.
func (s *Server) clientMethods() []string {
	methods := []string{"client_secret_basic", "client_secret_post", "private_key_jwt"}
	if s.config.ClientCertificates || s.config.ClientCAFile != "" {
		methods = append(methods, "self_signed_tls_client_auth")
	}
	if s.config.ClientCAFile != "" {
		methods = append(methods, "tls_client_auth")
	}
	return methods
}

// rooms is the list of what the server serves. Discovery is made from it.
func (s *Server) rooms(p *provider.Provider, a *authorization.Service, own *account.Service, pages *ui.Pages, maxAge func() time.Duration) []room {
	return []room{
		{endpoints.Authorization, "authorize", a.AuthorizeEndpoint(pages), authorizationMetadata, people},
		{endpoints.Login, "login", a.LoginEndpoint(pages), nil, people},
		{endpoints.Consent, "consent", a.ConsentEndpoint(pages), nil, people},
		{endpoints.Account, "account", own.Endpoint(pages), nil, people},
		{endpoints.EndSession, "logout", own.LogoutEndpoint(pages), func(url string) discovery.Metadata {
			return discovery.Metadata{
				"end_session_endpoint":                 url,
				"backchannel_logout_supported":         true,
				"backchannel_logout_session_supported": true,
			}
		}, people},
		{endpoints.Token, "token", &token.Endpoint{Issuer: p}, func(url string) discovery.Metadata {
			return discovery.Metadata{
				"token_endpoint":                                   url,
				"grant_types_supported":                            p.GrantTypes(),
				"token_endpoint_auth_methods_supported":            append([]string{"none"}, s.clientMethods()...),
				"token_endpoint_auth_signing_alg_values_supported": publickeys.Algorithms(),
			}
		}, scripts},
		{endpoints.Userinfo, "userinfo", &userinfo.Endpoint{Informer: p}, func(url string) discovery.Metadata {
			return discovery.Metadata{"userinfo_endpoint": url}
		}, scripts},
		{endpoints.Introspection, "introspect", &introspect.Endpoint{Introspector: p}, func(url string) discovery.Metadata {
			return discovery.Metadata{
				"introspection_endpoint":                                   url,
				"introspection_endpoint_auth_methods_supported":            s.clientMethods(),
				"introspection_endpoint_auth_signing_alg_values_supported": publickeys.Algorithms(),
			}
		}, programs},
		{endpoints.Revocation, "revoke", &revoke.Endpoint{Revoker: p}, func(url string) discovery.Metadata {
			return discovery.Metadata{
				"revocation_endpoint":                                   url,
				"revocation_endpoint_auth_methods_supported":            append([]string{"none"}, s.clientMethods()...),
				"revocation_endpoint_auth_signing_alg_values_supported": publickeys.Algorithms(),
			}
		}, scripts},
		{endpoints.JWKS, "jwks", &jwks.Endpoint{Keys: s.keys, MaxAge: maxAge}, func(url string) discovery.Metadata {
			return discovery.Metadata{"jwks_uri": url}
		}, programs},
	}
}

// authorizationMetadata says how applications may ask for authorization.
func authorizationMetadata(url string) discovery.Metadata {
	return discovery.Metadata{
		"authorization_endpoint":                         url,
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query", "form_post"},
		"code_challenge_methods_supported":               []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
		"prompt_values_supported":                        []string{"none", "login", "consent", "select_account"},
		"claims_parameter_supported":                     true,
		"claims_supported":                               identity.ClaimNames(),
		"request_parameter_supported":                    false,
		"request_uri_parameter_supported":                false,
	}
}

// router finds the handler of a path below the issuer, which may itself have a
// path and may change while the server runs.
type router struct {
	issuer   func() string
	handlers map[string]http.Handler
	// assets serves what pages load.
	assets http.Handler
	// root answers at the issuer itself; missing and missingPage answer where nothing
	// else does, to programs and to people.
	root, missing, missingPage http.Handler
}

func newRouter(edge *httpx.Edge, cors httpx.CORS, list []room, assets http.Handler, issuer func() string, scopes func() []string, version func() uint64) *router {
	document := func() discovery.Metadata {
		base := issuer()
		doc := discovery.Metadata{
			"issuer":                                base,
			"scopes_supported":                      scopes(),
			"subject_types_supported":               []string{"public", "pairwise"},
			"id_token_signing_alg_values_supported": keys.Algorithms(),
		}
		for _, room := range list {
			if room.metadata != nil {
				maps.Copy(doc, room.metadata(base+room.path))
			}
		}
		return doc
	}
	r := &router{
		issuer: issuer, handlers: map[string]http.Handler{}, assets: assets,
		root:    edge.WrapPage("root", &elsewhere.Root{Account: func() string { return issuer() + endpoints.Account }}),
		missing: edge.Wrap("unknown", elsewhere.Missing{}), missingPage: edge.WrapPage("unknown", elsewhere.Missing{}),
	}
	for _, room := range list {
		switch room.visitors {
		case people:
			r.handlers[room.path] = edge.WrapPage(room.name, room.endpoint)
		case scripts:
			r.handlers[room.path] = cors.Wrap(edge.Wrap(room.name, room.endpoint))
		default:
			r.handlers[room.path] = edge.Wrap(room.name, room.endpoint)
		}
	}
	metadata := edge.Wrap("discovery", &discovery.Endpoint{Document: document, Version: version})
	r.handlers[endpoints.OpenIDConfiguration] = metadata
	r.handlers[endpoints.AuthorizationServer] = metadata
	return r
}

// ServeHTTP implements http.Handler.
func (r *router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	path := r.below(req.URL.Path)
	if strings.HasPrefix(path, ui.AssetPath) {
		r.assets.ServeHTTP(w, req)
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
	whole := req.URL.Path
	switch {
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
