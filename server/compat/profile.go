package compat

import (
	"net/http"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/httpx"
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
	// To is the path of the server's endpoint that answers, a constant of internal/endpoints.
	// Its limits, metrics and CORS rules apply.
	To string
	// Own returns the endpoint of a route that has no To. Page is true if browsers visit it,
	// Registered if it is about a registered client.
	Own        func(*Server) httpx.Endpoint
	Page       bool
	Registered bool
	// Delete returns the endpoint for DELETE requests; if nil, they are handled like others.
	Delete func(*Server) httpx.Endpoint
	// Request changes a request on its way to the endpoint; nil changes nothing.
	Request RequestAdapter
	// Answer changes a successful JSON answer of the endpoint; nil changes nothing.
	Answer AnswerAdapter
}

// RequestAdapter translates a request for the server's endpoint. To refuse it, it returns an
// httpx.Error. It does not modify the original request.
type RequestAdapter func(s *Server, w http.ResponseWriter, r *http.Request) (*http.Request, error)

// AnswerAdapter returns what to send instead of a successful answer. It may modify members. The
// request is the one that the endpoint answered.
type AnswerAdapter func(s *Server, r *http.Request, members map[string]any) (any, error)
