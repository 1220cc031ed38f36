package authorization

import (
	"context"
	"net/http"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization/shown"
	"github.com/grantor-dev/grantor/server/authorization/steps"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/ui"
)

// remembers reports whether a client's consent is stored.
func remembers(client *clients.Client) bool {
	return client.People().Consent == oauthv1alpha1.ConsentRemember
}

// consent reads what the user of a visit has allowed a client, where that can spare a
// question.
func (s *Service) consent(ctx context.Context, i *Interaction) (*consents.Consent, error) {
	if i.Person == nil || i.Request.Device != nil || !remembers(i.Client) {
		return nil, nil //nolint:nilnil // that nothing was allowed is an answer
	}
	return s.Consents.Find(ctx, i.Person.Subject, string(i.Client.UID()))
}

// consentPage asks whether the client may have what it asks for.
func (s *Service) consentPage(i *Interaction) (flow.Answer, error) {
	hidden, err := i.Fields(flow.PageConsent, &pending{Request: i.Request, SignedIn: i.SignedIn, Subject: i.Person.Subject})
	if err != nil {
		return flow.Answer{}, err
	}
	other, err := i.Seal(flow.PageSignIn, &pending{Request: i.Request})
	if err != nil {
		return flow.Answer{}, err
	}
	access := s.Access(i.Request.Asks(i.Client))
	for n := range access.Scopes {
		access.Scopes[n].Nothing = i.Person.Lacks(access.Scopes[n].Name)
	}
	page := ui.Consent{
		Application: flow.Application(i.Client), Action: endpoints.Consent, Hidden: hidden,
		Person: i.Person.DisplayName, Username: i.Person.Username,
		Access: access, SwitchURI: flow.At(endpoints.Login, other), Device: shown.Device(i.Request, i.Address),
		Document: shown.Document(i.Request, i.Client), Host: shown.Host(i.Request, i.Client),
	}
	return i.Page(http.StatusOK, page, policy(i.Request)), nil
}

// showConsent answers a GET of the consent page, to which signing in leads.
func (s *Service) showConsent(r *http.Request) (flow.Answer, error) {
	i, err := s.asking(r)
	if err != nil {
		return flow.Answer{}, err
	}
	return s.Proceed(r.Context(), i)
}

// asking returns the interaction that a consent form is about.
func (s *Service) asking(r *http.Request) (*Interaction, error) {
	i, err := s.inFlight(r, flow.PageConsent)
	if err == nil && i.Client == nil {
		err = httpx.BadRequest(httpx.CodeInvalidRequest, "There is nothing to decide. Go back to the application and start again.")
	}
	return i, err
}

// decide answers the consent form. Consent that is remembered is one write.
func (s *Service) decide(r *http.Request) (flow.Answer, error) {
	ctx := r.Context()
	i, err := s.asking(r)
	if err != nil {
		return flow.Answer{}, err
	}
	if i.Request.Device != nil && (i.Person == nil || i.Person.Subject != i.Subject) {
		// A decision about a device is stored, so it must be of the user who was asked.
		return s.Proceed(ctx, i)
	}
	event := audit.Event{Decision: audit.Consent, Client: i.Client}
	if i.Person != nil {
		event.Subject = i.Person.Subject
	}
	switch r.Form.Get("decision") {
	case "deny":
		event.Refused = httpx.CodeAccessDenied
		audit.Record(ctx, event)
		i.Denied = true
		return s.refuse(ctx, i, httpx.BadRequest(httpx.CodeAccessDenied, "The user denied the request."))
	case "allow":
	default:
		return flow.Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest, "The decision must be allow or deny.")
	}
	todo, consent, err := s.next(ctx, i)
	if err != nil {
		return s.refuse(ctx, i, err)
	}
	if todo == steps.SignIn || todo == steps.Factor || i.Person.Subject != i.Subject {
		// A user who signed out meanwhile, or is another one by now, has not decided.
		return s.Proceed(ctx, i)
	}
	if err := s.remember(ctx, i, consent); err != nil {
		return flow.Answer{}, httpx.Unavailable(err)
	}
	event.Scopes, event.Audiences = i.Request.AllScopes(), i.Request.Audiences
	event.Offline = i.Request.Asks(i.Client).Offline
	audit.Record(ctx, event)
	return s.allow(ctx, i)
}

// remember stores a consent that says more than what is stored already.
func (s *Service) remember(ctx context.Context, i *Interaction, old *consents.Consent) error {
	asks := i.Request.Asks(i.Client)
	if i.Request.Device != nil || !remembers(i.Client) || old.Covers(asks, s.Now()) {
		return nil
	}
	return s.Consents.Allow(ctx, old, consents.Consent{
		Subject: i.Person.Subject, ClientID: i.Client.GetID(), ClientUID: string(i.Client.UID()), Access: asks,
	}, s.Now())
}
