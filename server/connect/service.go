package connect

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/authorization"
	"github.com/grantor-dev/grantor/server/capacity"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage/connections"
	"github.com/grantor-dev/grantor/server/ui"
)

// Interactions lets users sign in.
type Interactions interface {
	// SignInPage asks a user to sign in, which leads to a path of this server.
	SignInPage(ctx context.Context, v *flow.Visit, next string) (flow.Answer, error)
	// SignInURI returns the path at which another user can sign in to a path of this server.
	SignInURI(v *flow.Visit, next string) (string, error)
}

var _ Interactions = (*authorization.Service)(nil)

// Room bounds Connections.
type Room interface {
	// Connection takes room for a Connection of a person. It returns an httpx.Error if there is
	// none.
	Connection(subject string) error
}

var _ Room = (*capacity.Capacity)(nil)

// Service answers browsers at the pages of OAuthTokens.
type Service struct {
	*flow.Visits

	// Server is the OAuthServer.
	Server oauthv1alpha1.ServerReference
	// Tokens reads OAuthTokens.
	Tokens Tokens
	// Connections keeps what people bring back.
	Connections  *connections.Store
	Room         Room
	Interactions Interactions
	// Limiter bounds reads.
	Limiter *limits.Limiter
}

// Endpoint returns the pages of all OAuthTokens.
func (s *Service) Endpoint(pages *ui.Pages) httpx.Endpoint {
	return &endpoint{s, &flow.Endpoint{Pages: pages, Get: s.show, Post: s.leave}, &flow.Endpoint{Pages: pages, Get: s.callback}}
}

// endpoint tells the page of an OAuthToken from the place to which its provider sends back.
type endpoint struct {
	service        *Service
	page, callback *flow.Endpoint
}

// ServeEndpoint implements httpx.Endpoint.
func (e *endpoint) ServeEndpoint(w http.ResponseWriter, r *http.Request) error {
	name, callback, ok := e.service.nameIn(r)
	switch {
	case !ok:
		return httpx.NotFound()
	case callback:
		return e.callback.ServeEndpoint(w, r.WithContext(withName(r.Context(), name)))
	}
	return e.page.ServeEndpoint(w, r.WithContext(withName(r.Context(), name)))
}

// nameIn returns which OAuthToken a path is about, and whether a provider sends back to it.
func (s *Service) nameIn(r *http.Request) (n tokenName, callback, ok bool) {
	base, err := url.Parse(s.Issuer())
	if err != nil {
		return tokenName{}, false, false
	}
	rest, below := strings.CutPrefix(r.URL.Path, base.Path+endpoints.Connect)
	n.namespace, n.name, ok = strings.Cut(rest, "/")
	n.name, callback = strings.CutSuffix(n.name, endpoints.Callback)
	ok = ok && below && len(validation.IsDNS1123Label(n.namespace)) == 0 && len(validation.IsDNS1123Subdomain(n.name)) == 0
	return n, callback, ok
}
