package local

import (
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/identity"
)

func newPerson(u *oauthv1alpha1.OAuthUser) *identity.Person {
	person := &identity.Person{
		UID: string(u.UID), Subject: u.Subject(), Source: identity.SourceLocal, Username: u.Spec.Username, DisplayName: displayName(u),
		Groups: slices.Clone(u.Spec.Groups), OwnPassword: mayChange(u),
	}
	person.Known = known(u, person.DisplayName)
	if u.Spec.SessionsNotBefore != nil {
		person.NotBefore = u.Spec.SessionsNotBefore.Time
	}
	return person
}

// displayName returns the full name of the user, or the username.
func displayName(u *oauthv1alpha1.OAuthUser) string {
	p := &u.Spec.OAuthUserProfile
	switch {
	case p.DisplayName != "":
		return p.DisplayName
	case p.GivenName != "" && p.FamilyName != "":
		return p.GivenName + " " + p.FamilyName
	case p.GivenName+p.FamilyName != "":
		return p.GivenName + p.FamilyName
	default:
		return u.Spec.Username
	}
}

// known returns the claims about the user that have a value.
func known(u *oauthv1alpha1.OAuthUser, name string) map[string]any {
	p := &u.Spec.OAuthUserProfile
	// groups is there for a user without groups, too: an application that copies the
	// groups must see that the last one is gone.
	out := map[string]any{"groups": append([]string{}, u.Spec.Groups...)}
	setTexts(out, [][2]string{
		{"name", name}, {"given_name", p.GivenName}, {"middle_name", p.MiddleName}, {"family_name", p.FamilyName},
		{"preferred_username", u.Spec.Username}, {"nickname", p.Nickname},
		{"profile", string(p.ProfileURI)}, {"picture", string(p.PictureURI)}, {"website", string(p.WebsiteURI)},
		{"gender", p.Gender}, {"birthdate", p.Birthdate}, {"locale", p.Locale}, {"zoneinfo", p.Zoneinfo},
		{"email", p.Email}, {"phone_number", p.PhoneNumber},
	})
	if p.UpdatedAt != nil {
		// A number of seconds (OpenID Connect Core section 5.1). It is what the keeper of the
		// profile says: the API server knows no time of its last change. Those in
		// managedFields are of labels and the status, too, and go when a field changes hands.
		out["updated_at"] = p.UpdatedAt.Unix()
	}
	if p.Email != "" {
		out["email_verified"] = p.EmailVerified == nil || *p.EmailVerified
	}
	if p.PhoneNumber != "" {
		out["phone_number_verified"] = p.PhoneNumberVerified
	}
	if a := p.Address; a != nil && *a != (oauthv1alpha1.PostalAddress{}) {
		out["address"] = address(a)
	}
	return out
}

// address is the JSON object of OpenID Connect Core section 5.1.1.
func address(a *oauthv1alpha1.PostalAddress) map[string]any {
	out := map[string]any{}
	setTexts(out, [][2]string{
		{"formatted", a.Formatted}, {"street_address", a.StreetAddress}, {"locality", a.Locality},
		{"region", a.Region}, {"postal_code", a.PostalCode}, {"country", a.Country},
	})
	return out
}

// setTexts leaves out what is empty.
func setTexts(out map[string]any, texts [][2]string) {
	for _, text := range texts {
		if text[1] != "" {
			out[text[0]] = text[1]
		}
	}
}
