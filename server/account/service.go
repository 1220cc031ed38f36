package account

import (
	"context"
	"net/http"
	"time"

	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors"
	"github.com/grantor-dev/grantor/server/limits"
	"github.com/grantor-dev/grantor/server/storage/approvals"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/ui"
)

// Passwords are those of OAuthUsers.
type Passwords interface {
	// MayChange reports whether a user has a password here and may set another, which is for
	// server/account/ownpassword.
	MayChange(person *identity.Person) bool
}

// Options are what a Service needs.
type Options struct {
	*flow.Visits
	// Consents and Grants are what users allowed clients, Approvals what they allowed devices
	// that have not asked since.
	Consents  *consents.Store
	Grants    *grants.Store
	Approvals *approvals.Store
	// Factors are what users sign in with beside a password.
	Factors *factors.Service
	// Passwords are those of OAuthUsers.
	Passwords Passwords
	// Elsewhere returns what an identity provider is called, and where a user signs out there;
	// empty for nowhere.
	Elsewhere func(ctx context.Context, from *identity.Evidence, subject string) (name, uri string)
	// SignIn asks the user of a visit to sign in, which leads to a path.
	SignIn func(ctx context.Context, v *flow.Visit, next string) (flow.Answer, error)
}

// Service answers browsers on the pages of the user's own account.
type Service struct {
	Options
	lists, changes *limits.Limiter
}

// perUser bounds lists: they cost the API server more than anything else that a user can
// ask for.
var perUser = limits.Budget{Burst: 20, Every: time.Second}

// perSecurity bounds changes of factors: each is a write of up to 32 KiB.
var perSecurity = limits.Budget{Burst: 10, Every: 6 * time.Second}

// New returns a Service.
func New(options Options) *Service {
	return &Service{Options: options, lists: limits.New(), changes: limits.New()}
}

// Endpoint returns the account page.
func (s *Service) Endpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.show, Post: s.change}
}

// LogoutEndpoint returns the end session endpoint. Applications may use POST, too
// (section 2 of the specification); only the page's own form has a decision.
func (s *Service) LogoutEndpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.askToSignOut, Post: func(r *http.Request) (flow.Answer, error) {
		if r.Form.Has("decision") {
			return s.signOut(r)
		}
		return s.askToSignOut(r)
	}}
}
