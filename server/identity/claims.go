package identity

import (
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// claim is one claim about a user.
type claim struct {
	name string
	// scope covers the claim (OpenID Connect Core section 5.4); that of sub is the
	// empty one, because every answer has it.
	scope string
	// value returns false for what is not known of a user.
	value func(*User) (any, bool)
}

// claims is every claim there is.
func claims() []claim {
	return []claim{
		{"sub", "", text(func(u *User) string { return u.Subject })},
		{"name", "profile", text((*User).DisplayName)},
		{"given_name", "profile", text(func(u *User) string { return u.profile.GivenName })},
		{"middle_name", "profile", text(func(u *User) string { return u.profile.MiddleName })},
		{"family_name", "profile", text(func(u *User) string { return u.profile.FamilyName })},
		{"preferred_username", "profile", text(func(u *User) string { return u.Username })},
		{"nickname", "profile", text(func(u *User) string { return u.profile.Nickname })},
		{"profile", "profile", text(func(u *User) string { return string(u.profile.ProfileURI) })},
		{"picture", "profile", text(func(u *User) string { return string(u.profile.PictureURI) })},
		{"website", "profile", text(func(u *User) string { return string(u.profile.WebsiteURI) })},
		{"gender", "profile", text(func(u *User) string { return u.profile.Gender })},
		{"birthdate", "profile", text(func(u *User) string { return u.profile.Birthdate })},
		{"locale", "profile", text(func(u *User) string { return u.profile.Locale })},
		{"zoneinfo", "profile", text(func(u *User) string { return u.profile.Zoneinfo })},
		{"updated_at", "profile", updatedAt},
		{"email", "email", text(func(u *User) string { return u.profile.Email })},
		{"email_verified", "email", emailVerified},
		{"phone_number", "phone", text(func(u *User) string { return u.profile.PhoneNumber })},
		{"phone_number_verified", "phone", phoneNumberVerified},
		{"address", "address", address},
		{"groups", "groups", groups},
	}
}

// Claims returns the claims that the scopes grant, without sub. Scopes that grant
// none are ignored.
func (u *User) Claims(scopes []string) map[string]any {
	out := map[string]any{}
	for _, c := range claims() {
		if c.scope == "" || !slices.Contains(scopes, c.scope) {
			continue
		}
		if value, ok := c.value(u); ok {
			out[c.name] = value
		}
	}
	return out
}

// Claim returns one claim, sub included, and false for what is not known.
func (u *User) Claim(name string) (any, bool) {
	for _, c := range claims() {
		if c.name == name {
			return c.value(u)
		}
	}
	return nil, false
}

// ClaimScope returns the scope that covers a claim: "" for sub and for what is no
// claim about a user.
func ClaimScope(name string) string {
	for _, c := range claims() {
		if c.name == name {
			return c.scope
		}
	}
	return ""
}

// Covers reports whether a scope covers claims about a user.
func Covers(scope string) bool {
	return scope != "" && slices.ContainsFunc(claims(), func(c claim) bool { return c.scope == scope })
}

// Lacks reports whether a scope covers claims and none of them is known of the user.
func (u *User) Lacks(scope string) bool { return Covers(scope) && len(u.Claims([]string{scope})) == 0 }

// ClaimNames returns the names of all claims, for discovery.
func ClaimNames() []string {
	var names []string
	for _, c := range claims() {
		names = append(names, c.name)
	}
	return names
}

func text(value func(*User) string) func(*User) (any, bool) {
	return func(u *User) (any, bool) {
		s := value(u)
		return s, s != ""
	}
}

func emailVerified(u *User) (any, bool) {
	verified := u.profile.EmailVerified == nil || *u.profile.EmailVerified
	return verified, u.profile.Email != ""
}

func phoneNumberVerified(u *User) (any, bool) {
	return u.profile.PhoneNumberVerified, u.profile.PhoneNumber != ""
}

// updatedAt is a number of seconds (OpenID Connect Core section 5.1). It is what the
// keeper of the profile says: the API server knows no time of its last change. Those in
// managedFields are of labels and the status, too, and go when a field changes hands.
func updatedAt(u *User) (any, bool) {
	if u.profile.UpdatedAt == nil {
		return nil, false
	}
	return u.profile.UpdatedAt.Unix(), true
}

// groups is there for a user without groups, too: an application that copies the
// groups must see that the last one is gone.
func groups(u *User) (any, bool) {
	return append([]string{}, u.Groups...), true
}

// address is the JSON object of OpenID Connect Core section 5.1.1.
func address(u *User) (any, bool) {
	a := u.profile.Address
	if a == nil || *a == (oauthv1alpha1.PostalAddress{}) {
		return nil, false
	}
	out := map[string]any{}
	for name, value := range map[string]string{
		"formatted": a.Formatted, "street_address": a.StreetAddress, "locality": a.Locality,
		"region": a.Region, "postal_code": a.PostalCode, "country": a.Country,
	} {
		if value != "" {
			out[name] = value
		}
	}
	return out, true
}
