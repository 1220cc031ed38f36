package authorization

import (
	"context"
	"net/http"
	"net/netip"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/authorization/arrivals"
	"github.com/grantor-dev/grantor/server/authorization/attempts"
	"github.com/grantor-dev/grantor/server/authorization/object"
	"github.com/grantor-dev/grantor/server/authorization/secondfactor"
	"github.com/grantor-dev/grantor/server/clientdocuments"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/chain"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/ui"
)

// Options are what a Service needs.
type Options struct {
	*flow.Visits
	// Address returns the address that a request comes from, the zero Addr for one that many
	// users share.
	Address func(*http.Request) netip.Addr
	// Consents are what users allowed clients.
	Consents *consents.Store
	// Devices is what the requests of devices end in.
	Devices Outcome
	// Grants are what codes were redeemed for.
	Grants *grants.Store
	// Factors are what users give beside a password.
	Factors *factors.Service
	// Passwords knows which password counts now.
	Passwords Passwords
	// Objects reads requests that clients signed.
	Objects *object.Reader
	// Documents has what clients without an OAuthClient say of themselves.
	Documents Documents
	// Elsewhere are the users of identity providers; nil for none.
	Elsewhere *chain.Source
}

// Passwords are those of OAuthUsers.
type Passwords interface {
	// Current reports whether a credential stands for the password that a user has now.
	Current(person *identity.Person, enrolled *enrollments.Enrollment, credential string) bool
	// Still reports the same, and reads live what the user has enrolled.
	Still(ctx context.Context, person *identity.Person, credential string) (bool, error)
}

// Documents knows the metadata documents of clients.
type Documents interface {
	// Describe returns a client with what its document says. It returns
	// clientdocuments.ErrSignIn, or an httpx.Error, or both.
	Describe(ctx context.Context, client *clients.Client, by clientdocuments.Asker) (*clients.Client, error)
}

var _ Documents = (*clientdocuments.Store)(nil)

// Service answers browsers that applications send.
type Service struct {
	Options
	codes codes
	// attempts are users who are at a provider, arrivals those who come back.
	attempts *attempts.Cookies
	arrivals *arrivals.Limits
	// second asks for second factors.
	second *secondfactor.Service
}

// New returns a Service.
func New(options Options) *Service {
	return &Service{
		Options: options, codes: codes{options.Visits}, arrivals: arrivals.New(options.Now),
		attempts: &attempts.Cookies{Issuer: options.Issuer, Now: options.Now}, second: secondfactor.New(options.Factors, options.Now),
	}
}

// outcome returns what an interaction ends in.
func (s *Service) outcome(i *Interaction) Outcome {
	if i.Request.Device != nil {
		return s.Devices
	}
	return s.codes
}

// maxQuery is how long the parameters of a POST may be, in bytes: browsers and servers
// bound what a URL can hold.
const maxQuery = 8 << 10

// AuthorizeEndpoint returns the authorization endpoint (RFC 6749 section 3.1). A POST
// becomes a GET: browsers do not send cookies that are SameSite=Lax with a POST from
// another site, so every user would seem to be signed out.
func (s *Service) AuthorizeEndpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.authorize, Post: func(r *http.Request) (flow.Answer, error) {
		query := r.Form.Encode()
		if len(query) > maxQuery {
			return flow.Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest, "The application's request is too long.")
		}
		return flow.Answer{Location: s.Issuer() + endpoints.Authorization + "?" + query}, nil
	}}
}

// LoginEndpoint returns the login page, whose form has the inputs username and password.
func (s *Service) LoginEndpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.showSignIn, Post: s.signIn}
}

// ConsentEndpoint returns the consent page, whose buttons are named decision: allow or
// deny.
func (s *Service) ConsentEndpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.showConsent, Post: s.decide}
}
