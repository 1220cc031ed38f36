package authorization

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity/chain"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/identity/upstream"
	"github.com/grantor-dev/grantor/server/storage"
	"github.com/grantor-dev/grantor/server/texts"
	"github.com/grantor-dev/grantor/server/ui"
)

// sourceLocal is the name of the source of OAuthUsers.
const sourceLocal = "local"

// Elsewhere are the users of identity providers; *chain.Source.
type Elsewhere = chain.Source

// ways are how a user can sign in to a client.
type ways struct {
	password  bool
	providers []*providers.Provider
}

// ways returns how a user can sign in for an interaction: all that its client lets in.
func (s *Service) ways(i *Interaction) ways {
	lets := func(source string) bool { return i.Client == nil || i.Client.LetsIn(source) }
	w := ways{password: s.Settings().LocalLogin && lets(sourceLocal)}
	if s.Elsewhere == nil {
		return w
	}
	for _, p := range s.Elsewhere.Providers.All() {
		if lets(p.Name) {
			w.providers = append(w.providers, p)
		}
	}
	return w
}

// only returns the provider to which a user is sent without a page; nil for none.
func (w ways) only() *providers.Provider {
	if w.password || len(w.providers) != 1 || !w.providers[0].Redirects() {
		return nil
	}
	return w.providers[0]
}

// named returns the provider of a name, if a user can sign in with it; nil for none.
func (w ways) named(name string) *providers.Provider {
	at := slices.IndexFunc(w.providers, func(p *providers.Provider) bool { return p.Name == name })
	if at < 0 {
		return nil
	}
	return w.providers[at]
}

// directory returns the directory of a name, if a user can sign in with it; nil for none.
func (w ways) directory(name string) *providers.Provider {
	if p := w.named(name); p != nil && !p.Redirects() {
		return p
	}
	return nil
}

// form returns the directory whose form the page has, nil for that of OAuthUsers or none: the
// one that a user chose, or the only way to sign in.
func (w ways) form(chosen string) *providers.Provider {
	if !w.password && len(w.providers) == 1 {
		chosen = w.providers[0].Name
	}
	return w.directory(chosen)
}

// nameOf returns the name of a provider, empty for none.
func nameOf(p *providers.Provider) string {
	if p == nil {
		return ""
	}
	return p.Name
}

// buttons are those of the sign-in page; that of a directory whose form is shown is left out.
func (w ways) buttons(shown string) []ui.Provider {
	var out []ui.Provider
	for _, p := range w.providers {
		if p.Name != shown {
			out = append(out, ui.Provider{Name: p.Name, DisplayName: p.DisplayName})
		}
	}
	return out
}

// policyOf lets the buttons lead to providers.
func (s *Service) policyOf(i *Interaction, w ways) ui.Policy {
	out := policy(i.Request)
	if len(w.providers) > 0 {
		out.FormAction = append(out.FormAction, "https:")
		if strings.HasPrefix(s.Issuer(), "http:") {
			out.FormAction = append(out.FormAction, "http:")
		}
	}
	return out
}

// choose answers a button of the sign-in page: it leads to the provider, or to the form of a
// directory.
func (s *Service) choose(ctx context.Context, i *Interaction, name string) (flow.Answer, error) {
	p := s.ways(i).named(name)
	if p == nil {
		i.Problem = problemGone
		return s.signInPage(i, http.StatusBadRequest, "", "")
	}
	if !p.Redirects() {
		i.Provider = p.Name
		return s.signInPage(i, http.StatusOK, "", "")
	}
	return s.leave(ctx, i, p)
}

// leave sends a user to a provider. Nothing is stored.
func (s *Service) leave(ctx context.Context, i *Interaction, p *providers.Provider) (flow.Answer, error) {
	connector, err := s.Elsewhere.Connectors.Redirecting(p)
	if err != nil || connector == nil {
		return s.backToSignIn(ctx, i, p, err)
	}
	a := &attempt{
		State: storage.NewName(), Nonce: storage.NewName(), Verifier: newVerifier(), Provider: p.Name, Version: p.Version,
		RedirectURI: p.RedirectURI, Began: s.Now().UnixMilli(), Login: mustSignInAnew(i),
		Pending: pending{Request: i.Request, Next: i.Next},
	}
	to, err := connector.AuthorizationURL(ctx, a.request(i))
	if err != nil {
		return s.backToSignIn(ctx, i, p, err)
	}
	if err := s.keep(i.Visit, a); err != nil {
		return flow.Answer{}, err
	}
	return i.With(flow.Answer{Location: to}), nil
}

// mustSignInAnew reports whether an application asks for a fresh sign-in.
func mustSignInAnew(i *Interaction) bool {
	return i.Request != nil && (i.Request.Login || i.Request.MaxAge != nil)
}

// Problems of users who come back, by what the sealed form of the sign-in page says.
const (
	problemGone    = "gone"
	problemRefused = "refused"
	problemAway    = "away"
	problemStale   = "stale"
	problemShut    = "shut"
)

// problem returns the sentence about what went wrong at a provider.
func (s *Service) problem(i *Interaction) texts.Text {
	if i.Problem == "" {
		return ""
	}
	name := i.Provider
	if s.Elsewhere != nil {
		if p := s.Elsewhere.Providers.Provider(i.Provider); p != nil {
			name = p.DisplayName
		}
	}
	switch i.Problem {
	case problemRefused:
		return texts.T("%s did not sign you in.", name)
	case problemAway:
		return texts.T("%s cannot be reached, or answers with an error. Try again in a moment.", name)
	case problemStale:
		return texts.T("The application asks you to sign in anew, and %s did not say that you did.", name)
	case problemShut:
		return texts.T("You signed in at %s, but this account may not sign in here.", name)
	default:
		return "This way to sign in is not available. Choose another one."
	}
}

// request is what a provider is asked.
func (a *attempt) request(i *Interaction) upstream.Request {
	r := upstream.Request{
		RedirectURI: a.RedirectURI, State: a.State, Nonce: a.Nonce, Verifier: a.Verifier, Login: a.Login, Began: a.began(),
	}
	if i.Request != nil && len(i.Request.LoginHint) <= maxHint {
		r.LoginHint = i.Request.LoginHint
	}
	return r
}

// maxHint is the length of a login_hint that a provider gets, in bytes.
const maxHint = 256

// errReturned is the error of an answer that belongs to no attempt.
var errReturned = httpx.BadRequest(httpx.CodeInvalidRequest,
	"This response has already been used, is too old, or belongs to another browser. Go back to the application and start again.")
