package grants

import "slices"

// ClaimSet is a set of claims that a request names one by one (OpenID Connect Core
// 1.0 section 5.5). Others than those below cannot be asked for.
type ClaimSet uint32

// claimNames gives each claim its bit. The order is stored in codes and Grants: only
// append.
var claimNames = []string{
	"name", "given_name", "family_name", "preferred_username", "picture", "locale", "zoneinfo",
	"email", "email_verified", "phone_number", "address", "groups", "updated_at",
	"middle_name", "nickname", "profile", "website", "gender", "birthdate", "phone_number_verified",
	ClaimACR,
}

// ClaimACR is the class of a sign-in. It is about an ID token and not about its user.
const ClaimACR = "acr"

// Has reports whether a claim is in the set.
func (s ClaimSet) Has(name string) bool {
	i := slices.Index(claimNames, name)
	return i >= 0 && s&(1<<i) != 0
}

// With returns the set with a claim added; a claim that is unknown adds nothing.
func (s ClaimSet) With(name string) ClaimSet {
	if i := slices.Index(claimNames, name); i >= 0 {
		s |= 1 << i
	}
	return s
}

// Names returns the claims of the set.
func (s ClaimSet) Names() []string {
	var names []string
	for i, name := range claimNames {
		if s&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}
