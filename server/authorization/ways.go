package authorization

import (
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/ui"
)

// sourceLocal is the name of the source of OAuthUsers.
const sourceLocal = "local"

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
