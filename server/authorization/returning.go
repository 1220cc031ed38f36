package authorization

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/grantor-dev/grantor/internal/providerspec"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/authorization/attempts"
	"github.com/grantor-dev/grantor/server/authorization/problems"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity/accounts"
	"github.com/grantor-dev/grantor/server/identity/connectors"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/server/ui"
)

// CallbackEndpoint returns where identity providers send users back to: one path for each.
func (s *Service) CallbackEndpoint(pages *ui.Pages) *flow.Endpoint {
	return &flow.Endpoint{Pages: pages, Get: s.comeBack}
}

// providerIn returns the provider of the path of a request.
func (s *Service) providerIn(r *http.Request) string {
	_, name, _ := strings.Cut(r.URL.Path, providerspec.CallbackPath)
	return name
}

// comeBack answers a user whom a provider sends back. It is at most two writes, and leads on, so
// that the code does not stay in the address of a page.
func (s *Service) comeBack(r *http.Request) (flow.Answer, error) {
	v, err := s.Visit(r)
	if err != nil {
		return flow.Answer{}, err
	}
	name := s.providerIn(r)
	a := s.attempts.Find(r, v, name)
	if a == nil {
		return flow.Answer{}, attempts.ErrUnknown
	}
	i, err := s.resumed(r, v, a)
	if err != nil {
		return flow.Answer{}, err
	}
	ctx, p := r.Context(), s.Elsewhere.Providers.Provider(name)
	if p == nil || p.Version != a.Version || s.ways(i).Named(name) == nil {
		s.attempts.Drop(r, v, a)
		return s.showProblem(i, name, problems.Gone)
	}
	account, err := s.redeemed(r, i, a, p)
	if _, waits := errors.AsType[*httpx.Error](err); waits {
		return flow.Answer{}, err
	}
	s.attempts.Drop(r, v, a)
	if err != nil {
		return s.backToSignIn(ctx, i, p, err)
	}
	who, err := s.Elsewhere.Arrive(ctx, p, account, "")
	if refusal, refused := errors.AsType[accounts.Refusal](err); refused {
		audit.Record(ctx, audit.Event{Decision: audit.Login, Refused: string(refusal), Client: flow.Audited(i.Client), Subject: accounts.Subject(p.Name, account.ID)})
		return s.showProblem(i, name, problems.Shut)
	}
	if err != nil {
		return s.refuseSignIn(ctx, i, "", err)
	}
	return s.signedIn(ctx, i, "", who)
}

// resumed returns the interaction of an attempt.
func (s *Service) resumed(r *http.Request, v *flow.Visit, a *attempts.Attempt) (*Interaction, error) {
	var p pending
	if err := json.Unmarshal(a.Pending, &p); err != nil {
		return nil, attempts.ErrUnknown
	}
	i := &Interaction{Visit: v, Request: p.Request, Next: p.Next, Address: s.Address(r)}
	var err error
	if i.Request != nil {
		i.Client, err = s.client(i.Request)
	}
	return i, err
}

// maxCode is the length of the longest code of a provider, in bytes.
const maxCode = 4096

// printable is what RFC 6749 appendix A.11 lets a code have.
var printable = regexp.MustCompile(`^[\x20-\x7E]+$`)

// redeemed is redeem, as often as it may be.
func (s *Service) redeemed(r *http.Request, i *Interaction, a *attempts.Attempt, p *providers.Provider) (upstream.Account, error) {
	code := r.Form.Get("code")
	if r.Form.Get("error") != "" || len(code) > maxCode || !printable.MatchString(code) {
		return upstream.Account{}, problems.ErrRefused
	}
	arrival, err := s.arrivals.Enter(r.Context(), a, s.Address(r))
	if err != nil {
		return upstream.Account{}, err
	}
	account, err := s.redeem(r, p, a, i, code)
	arrival.Done(err == nil)
	return account, err
}

// redeem returns the account for which a provider gave a code.
func (s *Service) redeem(r *http.Request, p *providers.Provider, a *attempts.Attempt, i *Interaction, code string) (upstream.Account, error) {
	connector, err := s.Elsewhere.Connectors.Redirecting(p)
	if err != nil {
		return upstream.Account{}, err
	}
	if issued, ok := connector.(connectors.Issued); ok {
		if err := issued.CheckIssuer(r.Context(), r.Form.Get("iss")); err != nil {
			return upstream.Account{}, err
		}
	}
	return connector.Redeem(r.Context(), code, requestOf(a, i))
}
