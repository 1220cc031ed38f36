package account

import (
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/ui"
)

// leaving is what the form of the sign-out page brings back.
type leaving struct {
	flow.Sealed
	// Client is the application that asked to sign out, Return and State are where it
	// wants the browser afterwards.
	Client string `json:"c,omitempty"`
	Return string `json:"u,omitempty"`
	State  []byte `json:"t,omitempty"`
}

// askToSignOut answers a request to sign out (OpenID Connect RP-Initiated Logout 1.0
// section 2): it asks the user, because any page can send a browser here.
func (s *Service) askToSignOut(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	client, back, err := s.destination(v, r.Form)
	if err != nil {
		return flow.Answer{}, err
	}
	login, person := v.Old()
	if login == nil {
		return s.signedOut(v, client, back, ui.SignedOut{}), nil
	}
	hidden, err := v.Fields(flow.PageLogout, back)
	if err != nil {
		return flow.Answer{}, err
	}
	page := ui.Logout{Action: endpoints.EndSession, Hidden: hidden, Person: person.DisplayName}
	if client != nil {
		shown := flow.Application(client)
		page.Application = &shown
	}
	policy := ui.Policy{FormAction: []string{"https:"}}
	if back.Return != "" {
		policy.FormAction = append(policy.FormAction, ui.SchemeSource(back.Return))
	}
	return v.Page(http.StatusOK, page, policy), nil
}

// destination reads where an application wants the browser afterwards. Its errors are for
// the user.
func (s *Service) destination(v *flow.Visit, form url.Values) (*clients.Client, *leaving, error) {
	id := form.Get("client_id")
	if text := form.Get("id_token_hint"); text != "" {
		token, ok := flow.OpenHint(v.Set, s.Issuer(), text)
		if !ok || id != "" && id != token.Audience {
			return nil, nil, httpx.BadRequest(httpx.CodeInvalidRequest, "The id_token_hint is not an ID token that the application got here.")
		}
		id = token.Audience
	}
	var client *clients.Client
	if id != "" {
		var err error
		if client, err = s.Clients.Client(id); err != nil {
			return nil, nil, httpx.Unavailable(err)
		}
	}
	back := &leaving{Return: form.Get("post_logout_redirect_uri"), State: []byte(form.Get("state"))}
	if client != nil {
		back.Client = id
	}
	if len(back.State) > flow.MaxState {
		return nil, nil, httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'state' is longer than %d bytes.", flow.MaxState)
	}
	if back.Return != "" && (client == nil || !client.RedirectsAfterLogout(back.Return)) {
		return nil, nil, httpx.BadRequest(httpx.CodeInvalidRequest,
			"The application asks to send you to an address that it has not registered for the time after signing out.")
	}
	return client, back, nil
}

// signOut answers the form of that page.
func (s *Service) signOut(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	back := &leaving{}
	if err := v.Open(flow.PageLogout, r.Form, back); err != nil {
		return flow.Answer{}, err
	}
	switch r.Form.Get("decision") {
	case "allow":
	case "deny":
		return v.Redirect(endpoints.Account), nil
	default:
		return flow.Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest, "The decision must be allow or deny.")
	}
	client, err := s.Clients.Client(back.Client)
	if err != nil {
		return flow.Answer{}, httpx.Unavailable(err)
	}
	var page ui.SignedOut
	if login, _ := v.Old(); login != nil {
		if s.Elsewhere != nil {
			page.Elsewhere, page.ElsewhereURI = s.Elsewhere(r.Context(), &login.Evidence, login.Subject)
		}
		if err := s.Logins.End(r.Context(), login.Name); err != nil {
			return flow.Answer{}, httpx.Unavailable(err)
		}
		s.Notices.Ended(login.Subject, login.Name)
		v.SignOut()
		audit.Record(r.Context(), audit.Event{Decision: audit.Logout, Client: flow.Audited(client), Subject: login.Subject})
	}
	if client == nil || !client.RedirectsAfterLogout(back.Return) {
		// The client lost the address while the page was open.
		back.Return = ""
	}
	return s.signedOut(v, client, back, page), nil
}

// signedOut leads to where the application wanted the browser, or says that it is
// done. A user who is still signed in at a provider is told so first, and goes on from there, if
// the page can lead to the application: it links to no private scheme without a dot.
func (s *Service) signedOut(v *flow.Visit, client *clients.Client, back *leaving, page ui.SignedOut) flow.Answer {
	home := back.location()
	switch {
	case back.Return != "" && (page.ElsewhereURI == "" || !ui.Links(home)):
		return v.With(flow.Answer{Location: home})
	case back.Return != "":
		page.HomeURI = home
	case client != nil:
		page.HomeURI = client.People().ClientURI
	}
	return v.Page(http.StatusOK, page, ui.Policy{})
}

// location returns where the application wanted the browser.
func (l *leaving) location() string {
	var fields []ui.Field
	if len(l.State) > 0 {
		fields = append(fields, ui.Field{Name: "state", Value: string(l.State)})
	}
	return flow.WithQuery(l.Return, fields)
}
