package compat

// Named copies claims into user under other names, which map to the names of the claims. It
// omits an e-mail address that is not verified: these systems verify addresses and have no
// member to say that one is not.
func Named(user, claims map[string]any, names map[string]string) map[string]any {
	for name, claim := range names {
		value, there := claims[claim]
		if claim == ScopeEmail && claims["email_verified"] != true {
			continue
		}
		if there {
			user[name] = value
		}
	}
	return user
}
