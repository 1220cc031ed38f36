package server

import (
	"net/http"

	"github.com/grantor-dev/grantor/server/dpop"
	"github.com/grantor-dev/grantor/server/gate"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/tokens"
)

// openGate makes the router answer proxies.
func (s *Server) openGate(edge *httpx.Edge, verifier *tokens.Verifier, proofs *dpop.Verifier) {
	proxies := gate.New(gate.Options{
		Issuer: s.view.Issuer, MTLSHost: s.config.MTLSHost, Resources: s.resources, Catalogue: s.view.Scopes, Tokens: verifier, Proofs: proofs,
		Trusted: s.trustedProxies, Log: s.config.Log, Now: s.config.Now,
	})
	s.router.gate = guarded(edge, proxies)
	if s.config.CertificateHeader.Name != "" {
		// Without the header, the certificate of the connection would be the proxy's own.
		s.router.certified.gate = guarded(edge, s.presented.With(proxies))
	}
}

// guarded returns the handler of the gate, which has room of its own: each request to an
// application behind it is one here.
func guarded(edge *httpx.Edge, endpoint httpx.Endpoint) http.Handler {
	own := *edge
	own.Room = httpx.NewRoom(maxOfPrograms)
	return own.Wrap("gate", endpoint)
}
