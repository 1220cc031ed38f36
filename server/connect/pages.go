package connect

import (
	"net/http"
	"net/url"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/endpoints"
	"github.com/grantor-dev/grantor/internal/handover"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// form is what the page brings back: whom it was made for, and what that person saw.
type form struct {
	flow.Sealed
	Subject string `json:"p"`
	Token   string `json:"t"`
	Seen    seen   `json:"d"`
}

// show answers a GET: with the page, or with what the provider gave. It writes nothing.
func (s *Service) show(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	if v.Login == nil {
		return s.Interactions.SignInPage(r.Context(), v, nameOf(r).path())
	}
	if r.Form.Has(flow.Field) {
		return s.received(r, v)
	}
	token, err := s.target(r.Context(), nameOf(r), v.Person)
	if err != nil {
		return v.With(flow.Answer{}), err
	}
	return s.page(v, http.StatusOK, token, "")
}

// notYet says why nobody can authorize an OAuthToken now. It does not load itself again: it can
// take days.
func (s *Service) notYet(v *flow.Visit, why texts.Text) flow.Answer {
	return s.ends(v, "This cannot be authorized yet", texts.Join(why, "Open the link again when that has changed."))
}

// page says what a person is about to authorize.
func (s *Service) page(v *flow.Visit, status int, token *oauthv1alpha1.OAuthToken, problem texts.Text) (flow.Answer, error) {
	p, known := s.provider(token)
	if why := obstacle(token); why != "" {
		return s.notYet(v, texts.Said(why)), nil
	}
	if !known {
		return s.notYet(v, "The operator does not know the provider yet. If it takes longer than a minute, see the conditions of the OAuthToken."), nil
	}
	n := tokenName{token.Namespace, token.Name}
	hidden, err := v.Fields(flow.PageConnect, &form{Subject: v.Person.Subject, Token: n.String(), Seen: seenOf(token, p)})
	if err != nil {
		return flow.Answer{}, err
	}
	other, err := s.Interactions.SignInURI(v, n.path())
	if err != nil {
		return flow.Answer{}, err
	}
	to, err := url.Parse(p.AuthorizationEndpoint)
	if err != nil {
		return flow.Answer{}, err
	}
	return v.Page(status, ui.Connect{
		Action: n.path(), Hidden: hidden, Person: v.Person.DisplayName, Username: v.Person.Username, SwitchURI: other, Problem: problem,
		Namespace: n.namespace, Name: n.name, Host: to.Host, Endpoint: address(to), TokenHost: p.Host, ClientID: p.ClientID, Scopes: token.Spec.Scopes, Parameters: extras(&token.Spec),
	}, ui.Policy{FormAction: []string{ui.SchemeSource(p.AuthorizationEndpoint)}}), nil
}

// leave answers the form: it sends the person to the provider. It writes nothing.
func (s *Service) leave(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	n := nameOf(r)
	var f form
	if err := v.Open(flow.PageConnect, r.Form, &f); err != nil {
		return flow.Answer{}, err
	}
	if v.Login == nil || v.Person.Subject != f.Subject || f.Token != n.String() {
		return flow.Answer{}, flow.Forbidden("Another user is signed in now. Open the page again.")
	}
	token, err := s.target(r.Context(), n, v.Person)
	if err != nil {
		return flow.Answer{}, err
	}
	p, known := s.provider(token)
	if !known || obstacle(token) != "" {
		return s.page(v, http.StatusOK, token, "")
	}
	if f.Seen != seenOf(token, p) {
		return s.page(v, http.StatusConflict, token, "This has changed since you opened the page. Look at it again.")
	}
	a := &attempt{
		Version: attemptVersion, State: storage.NewName(), Connection: storage.NewName(), Namespace: n.namespace, Name: n.name, Seen: f.Seen,
		Subject: v.Person.Subject, UserUID: v.Person.UID, RedirectURI: s.Issuer() + n.path() + endpoints.Callback,
		Expires: s.Now().Add(handover.MaxAge).UnixMilli(),
	}
	if token.Spec.PKCE != oauthv1alpha1.TokenPKCEOmit {
		a.Verifier = newVerifier()
	}
	if err := s.keep(r, v, a); err != nil {
		return flow.Answer{}, err
	}
	return v.With(flow.Answer{Location: requestURI(token, p, a)}), nil
}
