package ways

import (
	"slices"
	"strings"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/providers"
	"github.com/grantor-dev/grantor/server/ui"
)

// Ways are how a user can sign in.
type Ways struct {
	// Password says that OAuthUsers can, with their passwords.
	Password  bool
	providers []*providers.Provider
}

// Of returns the ways that lead to where the users of some sources are let in. local says that
// OAuthUsers can sign in at all.
func Of(local bool, all []*providers.Provider, lets func(source string) bool) Ways {
	w := Ways{Password: local && lets(identity.SourceLocal)}
	for _, p := range all {
		if lets(p.Name) {
			w.providers = append(w.providers, p)
		}
	}
	return w
}

// Only returns the provider to which a user is sent without a page; nil for none.
func (w Ways) Only() *providers.Provider {
	if w.Password || len(w.providers) != 1 || !w.providers[0].Redirects() {
		return nil
	}
	return w.providers[0]
}

// Named returns the provider of a name, if a user can sign in with it; nil for none.
func (w Ways) Named(name string) *providers.Provider {
	at := slices.IndexFunc(w.providers, func(p *providers.Provider) bool { return p.Name == name })
	if at < 0 {
		return nil
	}
	return w.providers[at]
}

// Directory returns the directory of a name, if a user can sign in with it; nil for none.
func (w Ways) Directory(name string) *providers.Provider {
	if p := w.Named(name); p != nil && !p.Redirects() {
		return p
	}
	return nil
}

// Form returns the directory whose form the page has, nil for that of OAuthUsers or none: the
// one that a user chose, or the only way to sign in.
func (w Ways) Form(chosen string) *providers.Provider {
	if !w.Password && len(w.providers) == 1 {
		chosen = w.providers[0].Name
	}
	return w.Directory(chosen)
}

// Buttons are those of the sign-in page; that of a directory whose form is shown is left out.
func (w Ways) Buttons(shown *providers.Provider) []ui.Provider {
	var out []ui.Provider
	for _, p := range w.providers {
		if p != shown {
			out = append(out, ui.Provider{Name: p.Name, DisplayName: p.DisplayName})
		}
	}
	return out
}

// FormAction returns where the buttons of the page of an issuer may lead.
func (w Ways) FormAction(issuer string) []string {
	if len(w.providers) == 0 {
		return nil
	}
	out := []string{"https:"}
	if strings.HasPrefix(issuer, "http:") {
		out = append(out, "http:")
	}
	return out
}
