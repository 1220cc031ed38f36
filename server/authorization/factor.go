package authorization

import (
	"context"
	"net/http"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/factors/passkeys"
	"github.com/grantor-dev/grantor/server/storage/enrollments"
	"github.com/grantor-dev/grantor/server/ui"
)

// half is a user who has given a password and not yet a second factor. It travels sealed:
// nobody is signed in, and nothing is stored.
type half struct {
	Subject  string            `json:"s"`
	UserUID  string            `json:"u"`
	Evidence identity.Evidence `json:"e"`
	// Credential and Username are what the user gave.
	Credential string `json:"c,omitempty"`
	Username   string `json:"n,omitempty"`
	// At is when, in milliseconds since 1970.
	At int64 `json:"t"`
	// Login is the Login of a user who is signed in already, Generation its generation: a user
	// who has signed in once more meanwhile is another.
	Login      string `json:"l,omitempty"`
	Generation int64  `json:"g,omitempty"`
	// Secret is that of the app that the user adds.
	Secret []byte `json:"k,omitempty"`
	// Ceremony is what the browser is asked about a passkey.
	Ceremony passkeys.Ceremony `json:"w,omitzero"`
}

const (
	// halfLifetime is how long a user has for a second factor.
	halfLifetime = 10 * time.Minute
	// recent is how long ago a user may have given a password to add the first factor.
	recent = 5 * time.Minute
)

// FactorEndpoint returns the page that asks for a second factor, whose form has the input
// code.
func (s *Service) FactorEndpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.showFactor, Post: s.giveFactor}
}

// askFactor leads to the page. It is one that can be loaded again.
func (s *Service) askFactor(i *Interaction, h *half) (flow.Answer, error) {
	sealed, err := i.Seal(flow.PageFactor, &pending{Request: i.Request, Next: i.Next, SignedIn: i.SignedIn, Half: h})
	return i.Redirect(flow.At(endpoints.Factor, sealed)), err
}

// stepUp asks a user who is signed in for a second factor. One who has none yet adds one
// right after giving a password.
func (s *Service) stepUp(ctx context.Context, i *Interaction) (flow.Answer, error) {
	demanded := s.demand(i) == demandFactor
	if s.Settings().SecondFactor == oauthv1alpha1.SecondFactorOff {
		return s.refuse(ctx, i, errNoFactors)
	}
	e, err := s.Factors.Find(ctx, i.Person)
	if err != nil {
		return flow.Answer{}, httpx.UnavailableIf(err)
	}
	switch {
	case e.HasFactor():
	case !demanded:
		// It is not asked for again while the request goes on.
		i.Request.Assurance = ""
		return s.Proceed(ctx, i)
	case s.Now().Sub(i.Login.AuthTime) > recent:
		return s.signInPage(i, http.StatusOK, i.Person.Username, "")
	}
	return s.askFactor(i, &half{
		Subject: i.Login.Subject, UserUID: i.Login.UserUID, Username: i.Person.Username,
		At: s.Now().UnixMilli(), Login: i.Login.Name, Generation: i.Login.Generation,
	})
}

// errNoFactors is the error of OpenID Connect Core Error Code
// unmet_authentication_requirements 1.0.
var errNoFactors = httpx.BadRequest(request.CodeUnmet,
	"A second factor is demanded, and spec.login.secondFactor of the OAuthServer is Off.")

// halfway returns the interaction of a page, the user, and what the user has enrolled.
func (s *Service) halfway(r *http.Request) (*Interaction, *identity.Person, *enrollments.Enrollment, error) {
	i, err := s.inFlight(r, flow.PageFactor)
	if err != nil {
		return nil, nil, nil, err
	}
	h := i.Half
	if h == nil || s.Now().Sub(time.UnixMilli(h.At)) >= halfLifetime {
		return nil, nil, nil, errEnded
	}
	if h.Login != "" && i.Login != nil && i.Login.Name == h.Login && i.Login.Generation != h.Generation {
		return nil, nil, nil, errElsewhere
	}
	if h.Login != "" && (i.Login == nil || i.Login.Name != h.Login) {
		return nil, nil, nil, flow.Forbidden("Another user is signed in now. Go back to the application and start again.")
	}
	link := h.Evidence.Link
	if h.Login != "" {
		link = i.Login.Link
	}
	person, err := s.Users.Lookup(r.Context(), h.Subject, link)
	if err != nil {
		return nil, nil, nil, httpx.Unavailable(err)
	}
	if person == nil || !person.Honours(h.UserUID, time.UnixMilli(h.At)) {
		return nil, nil, nil, errEnded
	}
	e, err := s.Factors.Find(r.Context(), person)
	return i, person, e, httpx.UnavailableIf(err)
}
