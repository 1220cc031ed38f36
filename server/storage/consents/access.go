package consents

import "slices"

// maxAudiences is how many audiences a stored Consent can have. A request has fewer.
const maxAudiences = 64

// Access is what a client asks a user for, or what the user allows.
type Access struct {
	// Scopes are what the client may do, Audiences the resource servers that its tokens
	// are for.
	Scopes, Audiences []string
	// Offline lets refresh tokens outlive the Login.
	Offline bool
}

// Within reports whether another Access includes all of a.
func (a Access) Within(other Access) bool {
	return subset(a.Scopes, other.Scopes) && subset(a.Audiences, other.Audiences) && (!a.Offline || other.Offline)
}

// With returns a and another Access together. Audiences for which there is no space are
// left out of the other, so that the user is asked for them again.
func (a Access) With(other Access) Access {
	audiences := union(a.Audiences, other.Audiences)
	return Access{
		Scopes: union(a.Scopes, other.Scopes), Audiences: audiences[:min(len(audiences), maxAudiences)],
		Offline: a.Offline || other.Offline,
	}
}

func subset(part, whole []string) bool {
	return !slices.ContainsFunc(part, func(value string) bool { return !slices.Contains(whole, value) })
}

func union(a, b []string) []string {
	out := slices.Clone(a)
	for _, value := range b {
		if !slices.Contains(out, value) {
			out = append(out, value)
		}
	}
	return out
}
