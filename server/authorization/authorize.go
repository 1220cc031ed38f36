package authorization

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/subjects"
	"github.com/grantor-dev/grantor/server/ui"
)

// Authorize answers an authorization request whose parameters were parsed. Errors
// that it returns are for the person; those for the application are answers.
func (s *Service) Authorize(r *http.Request, form url.Values) (Answer, error) {
	client, err := s.Clients.Client(form.Get("client_id"))
	if err != nil {
		return Answer{}, httpx.Unavailable(err)
	}
	request, err := target(form, client)
	if err != nil {
		return Answer{}, err
	}
	set, err := s.Keys.Current()
	if err != nil {
		return Answer{}, httpx.Unavailable(err)
	}
	if err := request.complete(form, client, idTokenHint(set, s.Issuer(), client)); err != nil {
		return s.refuse(r.Context(), &visit{}, client, request, err)
	}
	v, err := s.visit(r)
	if err != nil {
		return Answer{}, err
	}
	return s.proceed(r.Context(), v, client, &flow{Request: request})
}

// proceed takes the next step of a request in flight.
func (s *Service) proceed(ctx context.Context, v *visit, client *clients.Client, f *flow) (Answer, error) {
	if err := f.Request.allowed(client); err != nil {
		return s.refuse(ctx, v, client, f.Request, err)
	}
	consent, err := s.consent(ctx, v, client)
	if err != nil {
		return Answer{}, err
	}
	known, err := s.facts(v, client, f, consent)
	if err != nil {
		return Answer{}, err
	}
	todo, err := next(known)
	if err != nil {
		return s.refuse(ctx, v, client, f.Request, err)
	}
	switch todo {
	case stepSignIn:
		return s.signInPage(v, client, f, http.StatusOK, f.Request.LoginHint, "")
	case stepConsent:
		return s.consentPage(v, client, f)
	default:
		return s.issue(ctx, v, client, f.Request)
	}
}

// facts are what the next step of a request in flight depends on.
func (s *Service) facts(v *visit, client *clients.Client, f *flow, consent *consents.Consent) (facts, error) {
	out := facts{
		request: f.Request, client: client.People(), login: v.login, person: v.person, consent: consent,
		signedIn: f.signedIn(v.login), now: s.Now(),
	}
	if v.person == nil {
		return out, nil
	}
	out.admits = client.Admits(v.person.Username, v.person.Groups)
	var err error
	out.subjects, err = subjects.Known(v.set, client, v.person.Subject)
	return out, httpx.UnavailableIf(err)
}

// issue answers the application with a code. Nothing is stored: the code is sealed.
func (s *Service) issue(ctx context.Context, v *visit, client *clients.Client, r *Request) (Answer, error) {
	now := s.Now()
	code := grants.Code{
		Grant: storage.NewName(), ClientUID: r.ClientUID, Subject: v.person.Subject, UserUID: string(v.person.UID),
		Login: v.login.Name, Offline: r.offline(), Remembered: remembers(client),
		Scopes: digests(r.Scopes), Audiences: digests(r.Audiences), Nonce: r.Nonce, Challenge: r.Challenge,
		RedirectURI: grants.RedirectDigest(r.RedirectURI), RedirectSent: r.RedirectSent,
		IDToken: r.IDToken, Userinfo: r.Userinfo,
		AuthTime: v.login.AuthTime, IssuedAt: now, ExpiresAt: now.Add(client.Tokens().CodeLifetime),
	}
	sealed, err := grants.SealCode(v.set, s.Issuer(), code)
	if errors.Is(err, grants.ErrTooLong) {
		return s.refuse(ctx, v, client, r, httpx.BadRequest(httpx.CodeInvalidScope, "The request asks for too many scopes and audiences at once."))
	}
	if err != nil {
		return Answer{}, err
	}
	audit.Record(ctx, audit.Event{Decision: audit.Code, Client: client, Subject: code.Subject, Grant: code.Grant, Scopes: r.Scopes})
	answer := s.respond(r, "code", sealed)
	answer.Cookies = v.cookies
	return answer, nil
}

func digests(texts []string) []grants.Digest {
	out := make([]grants.Digest, len(texts))
	for i, text := range texts {
		out[i] = grants.DigestOf(text)
	}
	return out
}

// application is how pages show a client.
func application(client *clients.Client) ui.Application {
	p := client.People()
	return ui.Application{
		Name: p.DisplayName, ID: client.GetID(), Namespace: client.Namespace(),
		LogoURI: p.LogoURI, HomeURI: p.ClientURI, PolicyURI: p.PolicyURI, TermsURI: p.TOSURI,
	}
}

// policy lets a form's answer lead to the application: Chromium holds redirects after
// a POST to form-action, and the application may redirect further.
func policy(r *Request) ui.Policy {
	if r == nil {
		return ui.Policy{}
	}
	return ui.Policy{FormAction: []string{"https:", ui.SchemeSource(r.RedirectURI)}}
}

// at returns the path of an endpoint with a flow in its query.
func at(path, sealed string) string { return path + "?" + url.Values{fieldFlow: {sealed}}.Encode() }
