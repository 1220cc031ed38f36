package accounts

import (
	"maps"
	"strings"
	"unicode"
	"unicode/utf8"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/identity/upstream"
)

// maxUsername is the length of a username, in characters, as in an OAuthUser.
const maxUsername = 128

// Person returns who a user of a provider is here, without UID and NotBefore, or a Refusal.
func Person(p *oauthv1alpha1.OAuthIdentityProvider, a *upstream.Account) (*identity.Person, error) {
	if refusal := Admit(p, a); refusal != "" {
		return nil, refusal
	}
	username := a.Username
	if username == "" {
		username = a.ID
	}
	if p.Spec.Usernames != oauthv1alpha1.UsernamesPlain {
		username = p.Name + ":" + username
	} else if strings.Contains(username, ":") {
		// It could be a username with the prefix of another provider.
		return nil, ErrUsername
	}
	if !usable(username) {
		return nil, ErrUsername
	}
	person := &identity.Person{
		Subject: Subject(p.Name, a.ID), Source: p.Name, Username: username, DisplayName: displayName(a, username), Groups: groups(p, a.Groups),
	}
	person.Known = known(p, a, person)
	return person, nil
}

// usable reports whether a text can be a username. A text that is too long, or looks like
// another username, cannot.
func usable(username string) bool {
	strange := func(r rune) bool { return unicode.Is(unicode.C, r) || unicode.Is(unicode.Z, r) && r != ' ' }
	return utf8.ValidString(username) && utf8.RuneCountInString(username) <= maxUsername &&
		username == strings.TrimSpace(username) && !strings.ContainsFunc(username, strange)
}

// displayName returns the name of the user on pages. A name with control characters, which could
// reverse the text around it, is not used.
func displayName(a *upstream.Account, username string) string {
	if a.DisplayName == "" || !utf8.ValidString(a.DisplayName) || utf8.RuneCountInString(a.DisplayName) > 256 ||
		strings.ContainsFunc(a.DisplayName, func(r rune) bool { return unicode.Is(unicode.C, r) }) {
		return username
	}
	return a.DisplayName
}

// known returns the claims about the user that have a value.
func known(p *oauthv1alpha1.OAuthIdentityProvider, a *upstream.Account, person *identity.Person) map[string]any {
	out := map[string]any{}
	maps.Copy(out, a.Claims)
	out["groups"], out["preferred_username"], out["name"] = append([]string{}, person.Groups...), person.Username, person.DisplayName
	if a.Email != "" && utf8.ValidString(a.Email) {
		out["email"], out["email_verified"] = a.Email, verifiedEmail(p, a)
	}
	return out
}
