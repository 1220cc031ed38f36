package identity

import "slices"

// covered are the claims that a scope grants (OpenID Connect Core section 5.4).
type covered struct {
	scope string
	names []string
}

// byScope is every claim about a user but sub, which every answer has.
var byScope = []covered{
	{"profile", []string{
		"name", "given_name", "middle_name", "family_name", "preferred_username", "nickname", "profile", "picture", "website",
		"gender", "birthdate", "locale", "zoneinfo", "updated_at",
	}},
	{"email", []string{"email", "email_verified"}},
	{"phone", []string{"phone_number", "phone_number_verified"}},
	{"address", []string{"address"}},
	{"groups", []string{"groups"}},
}

// Claims returns the claims that the scopes grant, without sub. Scopes that grant
// none are ignored.
func (p *Person) Claims(scopes []string) map[string]any {
	out := map[string]any{}
	for name, value := range p.Known {
		if scope := ClaimScope(name); scope != "" && slices.Contains(scopes, scope) {
			out[name] = value
		}
	}
	return out
}

// Claim returns one claim, sub included, and false for what is not known.
func (p *Person) Claim(name string) (any, bool) {
	if name == "sub" {
		return p.Subject, p.Subject != ""
	}
	value, ok := p.Known[name]
	return value, ok
}

// ClaimScope returns the scope that covers a claim: "" for sub and for what is no
// claim about a user.
func ClaimScope(name string) string {
	for _, c := range byScope {
		if slices.Contains(c.names, name) {
			return c.scope
		}
	}
	return ""
}

// Covers reports whether a scope covers claims about a user.
func Covers(scope string) bool {
	return slices.ContainsFunc(byScope, func(c covered) bool { return c.scope == scope })
}

// Lacks reports whether a scope covers claims and none of them is known of the user.
func (p *Person) Lacks(scope string) bool {
	return Covers(scope) && len(p.Claims([]string{scope})) == 0
}

// ClaimNames returns the names of all claims, for discovery.
func ClaimNames() []string {
	names := []string{"sub"}
	for _, c := range byScope {
		names = append(names, c.names...)
	}
	return names
}
