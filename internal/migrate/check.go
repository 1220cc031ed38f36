package migrate

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/grantor-dev/grantor/internal/migrate/report"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// check takes out of an application what an OAuthClient cannot be, and says so. It
// returns false where nothing is left that could work.
func (a *application) check(notes *report.Report) bool {
	if !goodName.MatchString(a.name) || len(a.name) > maxName {
		notes.Lostf("%s: it has no name that an OAuthClient can have; it is left out", a.source)
		return false
	}
	if !goodNamespace.MatchString(a.namespace) || len(a.namespace) > maxNamespace {
		notes.Lostf("%s: %s is no namespace; it is left out", a.source, report.Quote(a.namespace))
		return false
	}
	a.checkNames(notes)
	a.checkMethod(notes)
	a.redirects = a.keep("redirect URI", a.redirects, 32, isRedirect, notes)
	a.checkGrants(notes)
	if len(a.grants) == 0 {
		notes.Lostf("%s: no grant is left that it could use; it is left out", a.source)
		return false
	}
	a.leaving = a.keep("post-logout redirect URI", a.leaving, 16, isRedirect, notes)
	a.origins = a.keepOrigins(notes)
	a.scopes = a.keep("scope", a.scopes, 64, func(s string) bool { return scope.MatchString(s) && !strings.Contains(s, "*") }, notes)
	a.audiences = a.keep("audience", a.audiences, 32, audience.MatchString, notes)
	a.accessToken = a.keepLifetime("access tokens", a.accessToken, serverspec.MaxToken, notes)
	a.refreshToken = a.keepLifetime("refresh tokens", a.refreshToken, serverspec.MaxRefresh, notes)
	a.idToken = a.keepLifetime("ID tokens", a.idToken, serverspec.MaxToken, notes)
	return true
}

func (a *application) checkNames(notes *report.Report) {
	if a.id != "" && (!clientID.MatchString(a.id) || len(a.id) > maxClientID) {
		notes.Lostf("%s: the client ID %s has characters that a client ID here cannot have; it gets %s.%s", a.source, report.Quote(a.id), a.namespace, a.name)
		a.id = ""
	}
	a.displayName = strings.Join(strings.Fields(a.displayName), " ")
	if a.displayName != "" && (!displayName.MatchString(a.displayName) || len([]rune(a.displayName)) > maxDisplayName) {
		notes.Lostf("%s: its display name is not kept; it is too long, or has characters that do not print", a.source)
		a.displayName = ""
	}
	if a.logo != "" && !isWeb(a.logo) {
		notes.Lostf("%s: the logo %s is not kept; it is not https", a.source, report.Quote(a.logo))
		a.logo = ""
	}
}

func (a *application) checkMethod(notes *report.Report) {
	switch a.method {
	case "", "client_secret_basic", "client_secret_post", "none":
		if a.jwksURI != "" {
			notes.Lostf("%s: the keys at %s are not kept; it does not authenticate with them", a.source, report.Quote(a.jwksURI))
		}
	case "private_key_jwt":
		if !strings.HasPrefix(a.jwksURI, "https://") || !isWeb(a.jwksURI) {
			notes.Lostf("%s: the authentication method private_key_jwt is not kept, because there is no https address of its keys; it gets client_secret_basic", a.source)
			a.method = ""
		}
	default:
		notes.Lostf("%s: the authentication method %s is not kept; it gets client_secret_basic", a.source, report.Quote(a.method))
		a.method = ""
	}
}

// checkGrants keeps the grants that are served and possible.
func (a *application) checkGrants(notes *report.Report) {
	a.grants = a.keep("grant", a.grants, 3, func(grant string) bool {
		return slices.Contains([]string{"authorization_code", "refresh_token", "client_credentials"}, grant)
	}, notes)
	drop := func(grant, why string) {
		if i := slices.Index(a.grants, grant); i >= 0 {
			a.grants = slices.Delete(a.grants, i, i+1)
			notes.Lostf("%s: the grant %s is not kept; %s", a.source, grant, why)
		}
	}
	if len(a.redirects) == 0 {
		drop("authorization_code", "there is no redirect URI")
	}
	if !a.redirecting() {
		drop("refresh_token", "it needs authorization_code")
		for _, uri := range a.redirects {
			notes.Lostf("%s: the redirect URI %s is not kept; no grant redirects", a.source, report.Quote(uri))
		}
		a.redirects = nil
	}
	if a.public() {
		drop("client_credentials", "a client without secret cannot use it")
	}
}

// keep returns the distinct texts that the schema takes, and names the others.
func (a *application) keep(what string, list []string, most int, good func(string) bool, notes *report.Report) []string {
	var out []string
	for _, text := range list {
		switch {
		case slices.Contains(out, text):
		case !good(text):
			notes.Lostf("%s: the %s %s is not kept; an OAuthClient cannot have it", a.source, what, report.Quote(text))
		case len(out) == most:
			notes.Lostf("%s: the %s %s is not kept; there may be %d", a.source, what, report.Quote(text), most)
		default:
			out = append(out, text)
		}
	}
	return out
}

func (a *application) keepOrigins(notes *report.Report) []string {
	spelled := make([]string, len(a.origins))
	for i, text := range a.origins {
		spelled[i] = text
		if as, ok := origin(text); ok {
			spelled[i] = as
		}
	}
	return a.keep("origin", spelled, 16, func(text string) bool { as, ok := origin(text); return ok && as == text }, notes)
}

// keepLifetime returns a lifetime as an OAuthClient spells it.
func (a *application) keepLifetime(what, text string, most time.Duration, notes *report.Report) string {
	if text == "" {
		return ""
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Second || d > most || d%time.Second != 0 {
		notes.Lostf("%s: the lifetime %s of %s is not kept; it is between 1s and %s, in whole seconds", a.source, report.Quote(text), what, strings.TrimSuffix(most.String(), "0m0s"))
		return ""
	}
	if lifetime.MatchString(text) && len(text) <= 32 {
		return text
	}
	return fmt.Sprintf("%ds", int(d.Seconds()))
}
