package authorization

import (
	"net/http"
	"net/url"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/ui"
)

// remembers reports whether a client's consent is stored.
func remembers(client *clients.Client) bool {
	return client.People().Consent == oauthv1alpha1.ConsentRemember
}

// consentPage asks whether the client may have what it asks for.
func (s *Service) consentPage(v *visit, client *clients.Client, f *flow) (Answer, error) {
	hidden, err := s.form(v, pageConsent, flow{Request: f.Request, SignedIn: f.SignedIn, Subject: v.person.Subject})
	if err != nil {
		return Answer{}, err
	}
	other, err := s.seal(v.set, pageSignIn, v.marked(), flow{Request: f.Request})
	if err != nil {
		return Answer{}, err
	}
	page := ui.Consent{
		Application: application(client), Action: endpoints.Consent, Hidden: hidden,
		Person: v.person.DisplayName(), Username: v.person.Username,
		Scopes: lacking(v.person, s.described(f.Request.consentScopes())), SwitchURI: at(endpoints.Login, other),
	}
	return v.page(http.StatusOK, page, policy(f.Request)), nil
}

// described returns scopes with the descriptions of the server's catalogue.
func (s *Service) described(scopes []string) []ui.Scope {
	catalogue := map[string]string{}
	for _, scope := range s.Settings().Scopes {
		catalogue[string(scope.Name)] = scope.Description
	}
	out := make([]ui.Scope, len(scopes))
	for i, scope := range scopes {
		out[i] = ui.Scope{Name: scope, Description: catalogue[scope]}
	}
	return out
}

// lacking marks the scopes that give nothing of a person now.
func lacking(person *identity.User, scopes []ui.Scope) []ui.Scope {
	for i := range scopes {
		scopes[i].Nothing = person.Lacks(scopes[i].Name)
	}
	return scopes
}

// ConsentPage answers a GET of the consent page, to which signing in leads.
func (s *Service) ConsentPage(r *http.Request, form url.Values) (Answer, error) {
	v, err := s.visit(r)
	if err != nil {
		return Answer{}, err
	}
	f, client, err := s.asking(v, form)
	if err != nil {
		return Answer{}, err
	}
	return s.proceed(r.Context(), v, client, f)
}

// asking returns the request that a consent form is about.
func (s *Service) asking(v *visit, form url.Values) (*flow, *clients.Client, error) {
	f, client, err := s.inFlight(v, pageConsent, form)
	if err == nil && client == nil {
		err = httpx.BadRequest(httpx.CodeInvalidRequest, "There is nothing to decide. Go back to the application and begin again.")
	}
	return f, client, err
}

// Agree answers the consent form. Consent that is remembered is one write.
func (s *Service) Agree(r *http.Request, form url.Values) (Answer, error) {
	v, err := s.visit(r)
	if err != nil {
		return Answer{}, err
	}
	f, client, err := s.asking(v, form)
	if err != nil {
		return Answer{}, err
	}
	switch form.Get("decision") {
	case "deny":
		audit.Record(r.Context(), consentEvent(v, client, httpx.CodeAccessDenied))
		return s.refuse(r.Context(), v, client, f.Request, httpx.BadRequest(httpx.CodeAccessDenied, "The person denied the request."))
	case "allow":
	default:
		return Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest, "The decision must be allow or deny.")
	}
	if err := f.Request.allowed(client); err != nil {
		return s.refuse(r.Context(), v, client, f.Request, err)
	}
	consent, err := s.consent(r.Context(), v, client)
	if err != nil {
		return Answer{}, err
	}
	known, err := s.facts(v, client, f, consent)
	if err != nil {
		return Answer{}, err
	}
	todo, err := next(known)
	if err != nil {
		return s.refuse(r.Context(), v, client, f.Request, err)
	}
	if todo == stepSignIn || v.person.Subject != f.Subject {
		// Who signed out meanwhile, or is somebody else by now, has not decided.
		return s.proceed(r.Context(), v, client, f)
	}
	if err := s.remember(r, v, client, f.Request, consent); err != nil {
		return Answer{}, httpx.Unavailable(err)
	}
	event := consentEvent(v, client, "")
	event.Scopes = f.Request.consentScopes()
	audit.Record(r.Context(), event)
	return s.issue(r.Context(), v, client, f.Request)
}

// remember stores a consent that says more than what is stored already.
func (s *Service) remember(r *http.Request, v *visit, client *clients.Client, request *Request, former *consents.Consent) error {
	scopes := request.consentScopes()
	if !remembers(client) || former.Covers(scopes, s.Now()) {
		return nil
	}
	return s.Consents.Allow(r.Context(), former, consents.Consent{
		Subject: v.person.Subject, ClientID: client.GetID(), ClientUID: string(client.UID()), Scopes: scopes,
	}, s.Now())
}
