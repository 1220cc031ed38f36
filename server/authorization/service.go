package authorization

import (
	"net/http"

	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/storage/consents"
)

// Options are what a Service needs.
type Options struct {
	*flow.Visits
	// Address returns the address that a request comes from.
	Address func(*http.Request) string
	// Consents are what users allowed clients.
	Consents *consents.Store
}

// Service answers browsers that applications send.
type Service struct {
	Options
	outcome Outcome
}

// New returns a Service.
func New(options Options) *Service {
	return &Service{Options: options, outcome: codes{options.Visits}}
}
