package server

import (
	"net/http"
	"time"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/account"
	"github.com/grantor-dev/grantor/server/account/ownpassword"
	"github.com/grantor-dev/grantor/server/applications"
	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/authorization/pushed"
	"github.com/grantor-dev/grantor/server/compat"
	"github.com/grantor-dev/grantor/server/device"
	"github.com/grantor-dev/grantor/server/discovery"
	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/introspection"
	"github.com/grantor-dev/grantor/server/jwks"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/revocation"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/token"
	"github.com/grantor-dev/grantor/server/ui"
	"github.com/grantor-dev/grantor/server/userinfo"
)

// route is one endpoint with what discovery says of it.
type route struct {
	path     string
	name     string
	endpoint httpx.Endpoint
	// metadata returns the route's part of the discovery document; url is its own. It is
	// nil for a route that applications need not know.
	metadata func(url string) discovery.Metadata
	caller   caller
}

// caller is the kind of program that calls a route.
type caller int

const (
	machineCaller caller = iota
	// scriptCaller is one of a web page, from the origins that clients allow.
	scriptCaller
	// browserCaller gets pages, also for errors.
	browserCaller
	// strangerCaller is one that wants to be a client, also a script of a page to which users
	// may be sent.
	strangerCaller
	// registeredCaller manages a client that is registered, which has a room of its own.
	registeredCaller
	// anyCaller reads a document that costs nothing.
	anyCaller
)

// clientMethods are the ways in which a client can authenticate.
func (s *Server) clientMethods() []string {
	methods := []string{"client_secret_basic", "client_secret_post", "private_key_jwt"}
	if s.config.MTLSListenAddress != "" {
		methods = append(methods, "self_signed_tls_client_auth")
	}
	if s.config.ClientCAFile != "" {
		methods = append(methods, "tls_client_auth")
	}
	return methods
}

// protocol are the endpoints that applications call, and the pages that list applications and set
// passwords.
type protocol struct {
	token         *token.Endpoint
	userinfo      *userinfo.Endpoint
	introspection *introspection.Endpoint
	revocation    *revocation.Endpoint
	device        *device.Start
	pushed        *pushed.Endpoint
	registration  *registration.Endpoint
	start         *applications.Service
	password      *ownpassword.Service
}

// routes is the list of what the server serves. Discovery is made from it.
func (s *Server) routes(p protocol, a *authorization.Service, own *account.Service, devices *device.Service, pages *ui.Pages, maxAge func() time.Duration) []route {
	return []route{
		{endpoints.Authorization, "authorize", a.AuthorizeEndpoint(pages), func(url string) discovery.Metadata {
			return authorizationMetadata(url, a.Settings())
		}, browserCaller},
		{endpoints.Login, "login", a.LoginEndpoint(pages), nil, browserCaller},
		{endpoints.Factor, "factor", a.FactorEndpoint(pages), nil, browserCaller},
		{endpoints.Security, "security", own.SecurityEndpoint(pages), nil, browserCaller},
		{endpoints.Password, "password", p.password.Endpoint(pages), nil, browserCaller},
		{endpoints.Consent, "consent", a.ConsentEndpoint(pages), nil, browserCaller},
		{endpoints.Account, "account", own.Endpoint(pages), nil, browserCaller},
		{endpoints.Applications, "applications", p.start.Endpoint(pages), nil, browserCaller},
		{endpoints.Device, "device", devices.Endpoint(pages), nil, browserCaller},
		{endpoints.EndSession, "logout", own.LogoutEndpoint(pages), func(url string) discovery.Metadata {
			return discovery.Metadata{
				"end_session_endpoint":                 url,
				"backchannel_logout_supported":         true,
				"backchannel_logout_session_supported": true,
			}
		}, browserCaller},
		{endpoints.Token, "token", p.token, func(url string) discovery.Metadata {
			return discovery.Metadata{
				"token_endpoint":                                   url,
				"grant_types_supported":                            p.token.GrantTypes(),
				"token_endpoint_auth_methods_supported":            append([]string{"none"}, s.clientMethods()...),
				"token_endpoint_auth_signing_alg_values_supported": publickeys.Algorithms(),
				"dpop_signing_alg_values_supported":                dpop.Algorithms(),
			}
		}, scriptCaller},
		{endpoints.Userinfo, "userinfo", p.userinfo, func(url string) discovery.Metadata {
			return discovery.Metadata{"userinfo_endpoint": url}
		}, scriptCaller},
		{endpoints.Introspection, "introspect", p.introspection, func(url string) discovery.Metadata {
			return discovery.Metadata{
				"introspection_endpoint":                                   url,
				"introspection_endpoint_auth_methods_supported":            s.clientMethods(),
				"introspection_endpoint_auth_signing_alg_values_supported": publickeys.Algorithms(),
			}
		}, machineCaller},
		{endpoints.Revocation, "revoke", p.revocation, func(url string) discovery.Metadata {
			return discovery.Metadata{
				"revocation_endpoint":                                   url,
				"revocation_endpoint_auth_methods_supported":            append([]string{"none"}, s.clientMethods()...),
				"revocation_endpoint_auth_signing_alg_values_supported": publickeys.Algorithms(),
			}
		}, scriptCaller},
		{endpoints.DeviceAuthorization, "device_authorization", p.device, func(url string) discovery.Metadata {
			return discovery.Metadata{"device_authorization_endpoint": url}
		}, machineCaller},
		{endpoints.PushedAuthorization, "par", p.pushed, func(url string) discovery.Metadata {
			return discovery.Metadata{
				"pushed_authorization_request_endpoint": url,
				"require_pushed_authorization_requests": p.pushed.Settings().PushedAuthorization,
			}
		}, scriptCaller},
		{endpoints.Registration, "register", p.registration, func(url string) discovery.Metadata {
			if !p.registration.Enabled() {
				return nil
			}
			return discovery.Metadata{"registration_endpoint": url}
		}, strangerCaller},
		{endpoints.JWKS, "jwks", &jwks.Endpoint{Keys: s.keys, MaxAge: maxAge}, func(url string) discovery.Metadata {
			return discovery.Metadata{"jwks_uri": url}
		}, anyCaller},
	}
}

// authorizationMetadata says how applications may ask for authorization, and whether also those
// that are not registered.
func authorizationMetadata(url string, settings *serverspec.Settings) discovery.Metadata {
	metadata := discovery.Metadata{
		"authorization_endpoint":                         url,
		"response_types_supported":                       []string{"code"},
		"response_modes_supported":                       []string{"query", "form_post"},
		"code_challenge_methods_supported":               []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
		"prompt_values_supported":                        []string{"none", "login", "consent", "select_account"},
		"claims_parameter_supported":                     true,
		"claims_supported":                               identity.ClaimNames(),
		"acr_values_supported":                           identity.ACRsWith(settings.SecondFactor),
		"ui_locales_supported":                           texts.Languages(),
		"request_parameter_supported":                    true,
		"request_uri_parameter_supported":                false,
		"request_object_signing_alg_values_supported":    publickeys.Algorithms(),
	}
	if settings.Documents != nil {
		metadata["client_id_metadata_document_supported"] = true
	}
	return metadata
}

// aliases returns what answers the paths of other systems: the routes in list, and for those that
// have an endpoint of their own, one like them. wrap turns a route into a handler.
func aliases(of *compat.Server, list []route, wrap func(route) http.Handler) func(compat.Route) http.Handler {
	targets := map[string]route{}
	for _, route := range list {
		targets[route.path] = route
	}
	return func(path compat.Route) http.Handler {
		to, own := targets[path.To]
		if !own {
			to = unlike(path)
		}
		to.endpoint = of.Endpoint(path, to.endpoint)
		return wrap(to)
	}
}

// unlike returns the route of a path that has an endpoint of its own.
func unlike(path compat.Route) route {
	switch {
	case path.Registered:
		return route{name: "register", caller: registeredCaller}
	case path.Page:
		return route{name: "compatibility", caller: browserCaller}
	}
	return route{name: "compatibility", caller: machineCaller}
}
