package server

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/certificates"
	"github.com/grantor-dev/grantor/server/discovery"
	"github.com/grantor-dev/grantor/server/httpx"
)

// mtls is how clients with certificates reach the server: a listener of their own, so that
// browsers, which come to the other one, are never asked for a certificate (RFC 8705
// section 5).
type mtls struct {
	source *certificates.Source
	// host is where the public finds the listener; "" if there is none.
	host string
}

// check returns an error if the host is that of the issuer, which is not known before the
// server runs.
func (m mtls) check(issuer string) error {
	if serverspec.SameHost(m.host, issuer) {
		return fmt.Errorf("--mtls-host %q is the host of the issuer, where browsers would be asked for certificates", m.host)
	}
	return nil
}

// serves reports whether a route is one that these clients call.
func (m mtls) serves(route *route) bool {
	return m.host != "" && (route.caller == machineCaller || route.caller == scriptCaller)
}

// aliases returns the part of discovery that says where the endpoints are for these clients.
func (m mtls) aliases(issuer string, list []route) discovery.Metadata {
	aliases := discovery.Metadata{}
	for _, route := range list {
		if !m.serves(&route) {
			continue
		}
		url := serverspec.MTLSBase(m.host, issuer) + route.path
		for name, value := range route.metadata(url) {
			if value == url {
				aliases[name] = url
			}
		}
	}
	if len(aliases) == 0 {
		return nil
	}
	return discovery.Metadata{"mtls_endpoint_aliases": aliases, "tls_client_certificate_bound_access_tokens": true}
}

// urls returns the URLs of an endpoint: those of others, and the one for these clients.
func (m mtls) urls(others []string, issuer, path string) []string {
	if m.host == "" {
		return others
	}
	return append(slices.Clip(others), serverspec.MTLSBase(m.host, issuer)+path)
}

// router returns what these clients reach. Scripts of web pages do not come here: their
// browsers send no certificate without asking their users.
func (m mtls) router(programs *httpx.Edge, list []route, issuer func() string, missing http.Handler) *router {
	r := &router{issuer: issuer, handlers: map[string]http.Handler{}, assets: missing, root: missing, missing: missing, missingPage: missing}
	for _, route := range list {
		if m.serves(&route) {
			r.handlers[route.path] = programs.Wrap(route.name, m.source.With(route.endpoint))
		}
	}
	return r
}
