package identity

import "slices"

// claim is one claim about a user.
type claim struct {
	name string
	// scope covers the claim (OpenID Connect Core section 5.4); that of sub is the
	// empty one, because every answer has it.
	scope string
}

// claims is every claim there is, in the order of discovery.
func claims() []claim {
	return []claim{
		{"sub", ""},
		{"name", "profile"},
		{"given_name", "profile"},
		{"middle_name", "profile"},
		{"family_name", "profile"},
		{"preferred_username", "profile"},
		{"nickname", "profile"},
		{"profile", "profile"},
		{"picture", "profile"},
		{"website", "profile"},
		{"gender", "profile"},
		{"birthdate", "profile"},
		{"locale", "profile"},
		{"zoneinfo", "profile"},
		{"updated_at", "profile"},
		{"email", "email"},
		{"email_verified", "email"},
		{"phone_number", "phone"},
		{"phone_number_verified", "phone"},
		{"address", "address"},
		{"groups", "groups"},
	}
}

// Claims returns the claims that the scopes grant, without sub. Scopes that grant
// none are ignored.
func (p *Person) Claims(scopes []string) map[string]any {
	out := map[string]any{}
	for _, c := range claims() {
		if c.scope == "" || !slices.Contains(scopes, c.scope) {
			continue
		}
		if value, ok := p.Known[c.name]; ok {
			out[c.name] = value
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
func (p *Person) Lacks(scope string) bool {
	return Covers(scope) && len(p.Claims([]string{scope})) == 0
}

// ClaimNames returns the names of all claims, for discovery.
func ClaimNames() []string {
	var names []string
	for _, c := range claims() {
		names = append(names, c.name)
	}
	return names
}
