package connect

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/handover"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/connections"
	"github.com/grantor-dev/grantor/server/texts"
)

// callback answers a person whom a provider sends back. It is one write, and leads on, so that
// the code does not stay in the address of a page.
func (s *Service) callback(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	a := s.attemptOf(r, v)
	if a == nil {
		return flow.Answer{}, httpx.BadRequest(httpx.CodeInvalidRequest,
			"This response has already been used, is too old, or belongs to another browser. Open the link of the OAuthToken again.")
	}
	event := audit.Event{Decision: audit.Connection, Subject: a.Subject, OAuthToken: nameOf(r).String()}
	answer, err := s.arrive(r, v, a)
	if err != nil {
		event.Refused = httpx.CodeOf(err)
	}
	audit.Record(r.Context(), event)
	if event.Refused == httpx.CodeTemporarilyUnavailable {
		// The same answer counts when the page is loaded again.
		return flow.Answer{}, err
	}
	v.Drop(cookieOf(a.State))
	return v.With(answer), err
}

// arrive hands over what a provider answered to an attempt.
func (s *Service) arrive(r *http.Request, v *flow.Visit, a *attempt) (flow.Answer, error) {
	if v.Login == nil || v.Person.Subject != a.Subject || v.Person.UID != a.UserUID {
		return flow.Answer{}, flow.Forbidden("The person who left for the provider is not signed in any more. Sign in as that person, and open the link of the OAuthToken again.")
	}
	token, err := s.unchanged(r.Context(), v, a)
	if err != nil {
		return flow.Answer{}, err
	}
	if err := answered(r, token.Status.Provider); err != nil {
		return flow.Answer{}, err
	}
	if err := s.Room.Connection(a.Subject); err != nil {
		return flow.Answer{}, err
	}
	now := s.Now()
	err = s.Connections.Create(r.Context(), connections.Connection{
		Name: a.Connection, Namespace: a.Namespace, Token: a.Name, TokenUID: string(token.UID), Generation: token.Generation, Subject: a.Subject,
		Code: handover.Code{
			Code: r.Form.Get("code"), Verifier: a.Verifier, RedirectURI: a.RedirectURI,
			UserUID: a.UserUID, Username: v.Person.Username, SignedInAt: v.Login.AuthTime, ReceivedAt: now, Provider: a.Seen.Provider,
		},
	})
	if err != nil {
		return flow.Answer{}, httpx.Unavailable(err)
	}
	sealed, err := v.Seal(flow.PageConnected, &outcome{
		Subject: a.Subject, Token: nameOf(r).String(), Connection: a.Connection, Since: now.UnixMilli(),
	})
	return v.Redirect(flow.At(nameOf(r).path(), sealed)), err
}

// unchanged returns the OAuthToken of an attempt, if it is what the person saw.
func (s *Service) unchanged(ctx context.Context, v *flow.Visit, a *attempt) (*oauthv1alpha1.OAuthToken, error) {
	token, err := s.read(ctx, tokenName{a.Namespace, a.Name}, v.Person)
	if err != nil {
		return nil, err
	}
	p, known := s.provider(token)
	switch {
	case string(token.UID) != a.Seen.UID || token.Generation != a.Seen.Generation:
		return nil, errChanged()
	case token.Status.Server != nil && !s.serves(token):
		return nil, errNotYours()
	case token.Status.Server == nil || !known:
		// What was known when the person left is known again soon.
		return nil, &httpx.Error{Code: httpx.CodeTemporarilyUnavailable, Status: http.StatusServiceUnavailable, RetryAfter: slowReload,
			Description: "The operator does not know the provider at present. Load this page again in some seconds."}
	case a.Seen != seenOf(token, p):
		return nil, errChanged()
	}
	return token, nil
}

func errChanged() error {
	return &httpx.Error{Code: httpx.CodeAccessDenied, Status: http.StatusConflict,
		Description: "The OAuthToken has changed while you were away. Open its link again."}
}

// answered returns an httpx.Error unless the provider gave a code. What it says otherwise is shown
// as text, as far as RFC 6749 section 4.1.2.1 allows it, and leads nowhere.
func answered(r *http.Request, p *oauthv1alpha1.TokenProviderStatus) error {
	// RFC 9207 section 2.4. What another server says does not count.
	issuer := r.Form.Get("iss")
	if p.IssParameter && issuer == "" || p.Issuer != "" && issuer != "" && issuer != p.Issuer {
		return flow.Forbidden("The answer does not come from the provider to which you were sent. Open the link of the OAuthToken again, and tell the people who gave it to you.")
	}
	if code := r.Form.Get("error"); code != "" {
		return flow.Forbidden("").Saying(providerSays(code, r.Form.Get("error_description")))
	}
	if code := r.Form.Get("code"); !printable.MatchString(code) || len(code) > handover.MaxCode {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "The provider sent no code that can be used. Open the link of the OAuthToken again.")
	}
	return nil
}

// printable is what RFC 6749 appendix A.11 lets a code have, and errorCode what an error code of
// any provider looks like.
var (
	printable = regexp.MustCompile(`^[\x20-\x7E]+$`)
	errorCode = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)
)

// maxDescription is how much is shown of what a provider says.
const maxDescription = 300

// providerSays says what a provider answered instead of a code.
func providerSays(code, description string) texts.Text {
	if !errorCode.MatchString(code) {
		return "The provider refused."
	}
	text := texts.T("The provider refused: %s.", code)
	description = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, description[:min(len(description), 4*maxDescription)])
	if description = description[:min(len(description), maxDescription)]; description != "" {
		text = texts.Join(text, texts.T("It says: “%s”", description))
	}
	return text
}
