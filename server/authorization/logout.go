package authorization

import (
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/ui"
)

// LogoutPage answers a request to sign out (OpenID Connect RP-Initiated Logout 1.0
// section 2): it asks the person, because anybody can send a browser here.
func (s *Service) LogoutPage(r *http.Request, form url.Values) (Answer, error) {
	v, err := s.visit(r)
	if err != nil {
		return Answer{}, err
	}
	client, back, err := s.leaving(v, form)
	if err != nil {
		return Answer{}, err
	}
	if v.login == nil {
		return s.signedOut(v, client, back), nil
	}
	hidden, err := s.form(v, pageLogout, *back)
	if err != nil {
		return Answer{}, err
	}
	page := ui.Logout{Action: endpoints.EndSession, Hidden: hidden, Person: v.person.DisplayName()}
	if client != nil {
		shown := application(client)
		page.Application = &shown
	}
	policy := ui.Policy{FormAction: []string{"https:"}}
	if back.Return != "" {
		policy.FormAction = append(policy.FormAction, ui.SchemeSource(back.Return))
	}
	return v.page(http.StatusOK, page, policy), nil
}

// leaving reads where an application wants the browser afterwards. Its errors are for
// the person.
func (s *Service) leaving(v *visit, form url.Values) (*clients.Client, *flow, error) {
	id := form.Get("client_id")
	if text := form.Get("id_token_hint"); text != "" {
		token, ok := openHint(v.set, s.Issuer(), text)
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
	back := &flow{Return: form.Get("post_logout_redirect_uri"), State: []byte(form.Get("state"))}
	if client != nil {
		back.Client = id
	}
	if len(back.State) > maxState {
		return nil, nil, httpx.BadRequest(httpx.CodeInvalidRequest, "Parameter 'state' is longer than %d bytes.", maxState)
	}
	if back.Return != "" && (client == nil || !client.RedirectsAfterLogout(back.Return)) {
		return nil, nil, httpx.BadRequest(httpx.CodeInvalidRequest,
			"The application asks to send you to an address that it has not registered for the time after signing out.")
	}
	return client, back, nil
}

// Logout answers the form of that page.
func (s *Service) Logout(r *http.Request, form url.Values) (Answer, error) {
	v, err := s.visit(r)
	if err != nil {
		return Answer{}, err
	}
	back, err := s.open(v.set, pageLogout, v.marks, form.Get(fieldFlow))
	if err != nil {
		return Answer{}, err
	}
	switch form.Get("decision") {
	case "allow":
	case "deny":
		return Answer{Location: s.Issuer() + endpoints.Account}, nil
	default:
		return Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest, "The decision must be allow or deny.")
	}
	client, err := s.Clients.Client(back.Client)
	if err != nil {
		return Answer{}, httpx.Unavailable(err)
	}
	if v.login != nil {
		if err := s.Logins.End(r.Context(), v.login.Name); err != nil {
			return Answer{}, httpx.Unavailable(err)
		}
		s.Notices.Ended(v.login.Subject, v.login.Name)
		v.cookies = append(v.cookies, v.jar.forgetLogin())
		audit.Record(r.Context(), audit.Event{Decision: audit.Logout, Client: audited(client), Subject: v.login.Subject})
	}
	if client == nil || !client.RedirectsAfterLogout(back.Return) {
		// The client lost the address while the page was open.
		back.Return = ""
	}
	return s.signedOut(v, client, back), nil
}

// signedOut leads to where the application wanted the browser, or says that it is
// done.
func (s *Service) signedOut(v *visit, client *clients.Client, back *flow) Answer {
	if back.Return == "" {
		page := ui.SignedOut{}
		if client != nil {
			page.HomeURI = client.People().ClientURI
		}
		return v.page(http.StatusOK, page, ui.Policy{})
	}
	var fields []ui.Field
	if len(back.State) > 0 {
		fields = append(fields, ui.Field{Name: "state", Value: string(back.State)})
	}
	return Answer{Location: withQuery(back.Return, fields), Cookies: v.cookies}
}
