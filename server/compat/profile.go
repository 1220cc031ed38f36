package compat

import (
	"net/http"
	"net/netip"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/registration/sealed"
	"github.com/grantor-dev/grantor/server/tokens"
	"github.com/grantor-dev/grantor/server/ui"
)

// Profile is the table of one system.
type Profile struct {
	Name   oauthv1alpha1.CompatibilityProfile
	Routes []Route
}

// Route is a path of a system.
type Route struct {
	// Path is below the issuer. One that ends in a slash stands for all paths below it
	// that no other route has.
	Path string
	// To is the path of the endpoint of the server that answers, of internal/endpoints. Limits,
	// metrics and what scripts may do are those of that endpoint.
	To string
	// Own returns the endpoint of a route that leads to none of the server's; Page says that
	// browsers come to it, and Registered that it is about a client that is registered.
	Own        func(*Server) httpx.Endpoint
	Page       bool
	Registered bool
	// Delete returns the endpoint that DELETE requests go to; nil if there is none of their own.
	Delete func(*Server) httpx.Endpoint
	// Request changes a request on its way to the endpoint; nil changes nothing.
	Request RequestAdapter
	// Answer changes a successful JSON answer of the endpoint; nil changes nothing.
	Answer AnswerAdapter
}

// RequestAdapter returns a request as the endpoint of the server takes it. It returns an
// httpx.Error, with which the request is refused. The request that it is given stays as it is.
type RequestAdapter func(s *Server, w http.ResponseWriter, r *http.Request) (*http.Request, error)

// AnswerAdapter returns what is answered instead of the members of a successful answer, which
// it may change. The request is the one that the endpoint answered.
type AnswerAdapter func(s *Server, r *http.Request, members map[string]any) (any, error)

// Server is what adapters may ask of the server.
type Server struct {
	// Issuer returns the issuer URL, which can change while the server runs.
	Issuer func() string
	// Settings returns what the OAuthServer says.
	Settings func() *serverspec.Settings
	// Clients finds clients.
	Clients Clients
	// Visits says who is signed in with a browser.
	Visits Visits
	// Tokens says whose an access token is.
	Tokens *tokens.Verifier
	// Pages writes pages.
	Pages *ui.Pages
	// Address returns where a request comes from.
	Address func(*http.Request) netip.Addr
	// Strangers registers clients without a token, and Sealed tells what they registered.
	Strangers registration.Strangers
	Sealed    *sealed.Registrar
	// Applications registers clients with a token, and Management is where they manage that.
	Applications Applications
	Management   httpx.Endpoint
	// Withdrawals ends what users allowed.
	Withdrawals Withdrawals
}

// Clients finds clients.
type Clients interface {
	// Client returns the client with the given ID, or nil if there is none.
	Client(id string) (*clients.Client, error)
}

// Visits finds who sent a request.
type Visits interface {
	// Visit reads who sent a request: one live read if the browser has a cookie of a Login.
	Visit(r *http.Request) (*flow.Visit, error)
}

var (
	_ Clients = (*lookup.Chain)(nil)
	_ Visits  = (*flow.Visits)(nil)
)

// Profiles returns the tables of all systems. No two of them have a path in common.
func Profiles() []Profile {
	return []Profile{cloudron(), owncloud(), gancio(), coder()}
}
