package compat

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/account"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/clients/lookup"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/registration/objects"
	"github.com/grantor-dev/grantor/server/registration/sealed"
	"github.com/grantor-dev/grantor/server/tokens"
	"github.com/grantor-dev/grantor/server/ui"
)

// Server is the part of the server that adapters can use.
type Server struct {
	// Issuer returns the issuer URL, which can change while the server runs.
	Issuer func() string
	// Settings returns what the OAuthServer says.
	Settings func() *serverspec.Settings
	// Clients finds clients.
	Clients Clients
	// Visits finds the user who is signed in with a browser.
	Visits Visits
	// Tokens verifies access tokens.
	Tokens *tokens.Verifier
	// Pages renders pages.
	Pages *ui.Pages
	// Address returns the client address of a request.
	Address func(*http.Request) netip.Addr
	// Strangers registers clients without a token, and Sealed returns what they registered.
	Strangers registration.Strangers
	Sealed    *sealed.Registrar
	// Applications registers clients with a token, and Management is the endpoint at which
	// clients manage their registration.
	Applications Applications
	Management   httpx.Endpoint
	// Withdrawals ends consents.
	Withdrawals Withdrawals
}

// Clients finds clients.
type Clients interface {
	// Client returns the client with the given ID, or nil if there is none.
	Client(id string) (*clients.Client, error)
}

// Visits finds the user of a browser.
type Visits interface {
	// Visit returns the user who sent a request. It makes one live read if the browser has the
	// cookie of a Login.
	Visit(r *http.Request) (*flow.Visit, error)
}

// Applications registers clients for the bearers of tokens. Its errors are of type httpx.Error.
type Applications interface {
	registration.Registrar
	OwnApplications
	ApplicationSecrets
}

// ApplicationSecrets are the client secrets of the clients that a bearer registered.
type ApplicationSecrets interface {
	// NewSecret returns a client secret of a client that the bearer registered, and the
	// generation of that secret.
	NewSecret(ctx context.Context, by registration.Bearer, id string) (secret string, generation int64, err error)
	// VoidSecret makes the client secret of a generation void.
	VoidSecret(ctx context.Context, by registration.Bearer, id string, generation int64) error
}

// OwnApplications manages the clients that a bearer registered.
type OwnApplications interface {
	// List returns all of them.
	List(ctx context.Context, by registration.Bearer) ([]objects.Client, error)
	// Get returns one.
	Get(ctx context.Context, by registration.Bearer, id string) (objects.Client, error)
	// Delete removes one.
	Delete(ctx context.Context, by registration.Bearer, id string) error
}

// Withdrawals ends consents.
type Withdrawals interface {
	// Withdraw ends everything that a user has allowed a client. Its errors are of type
	// httpx.Error.
	Withdraw(ctx context.Context, w account.Withdrawal) error
}

var (
	_ Clients      = (*lookup.Chain)(nil)
	_ Visits       = (*flow.Visits)(nil)
	_ Applications = (*objects.Registrar)(nil)
	_ Withdrawals  = (*account.Service)(nil)
)
