package consents

import (
	"slices"
	"strings"
)

// maxAudiences is how many audiences a stored Consent can have.
const maxAudiences = 64

// Fits reports whether a Consent can have all of a.
func (a Access) Fits() bool { return len(a.Audiences) <= maxAudiences }

// Access is what a client asks a user for, or what the user allows.
type Access struct {
	// Scopes are what the client may do, Audiences the resource servers that its tokens
	// are for. An OAuthResource and each of its scopes are Audiences as At writes them:
	// agreeing to a scope at one resource says nothing about another with a scope of the
	// same name, nor about an audience that is no resource.
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

// At writes a scope of a resource, or with an empty scope the resource itself, as an
// audience. Neither contains a space.
func At(resource, scope string) string { return resource + " " + scope }

// CutAt reads what At wrote, and returns an audience that is no resource as it is, and false.
func CutAt(audience string) (name, scope string, ofResource bool) {
	return strings.Cut(audience, " ")
}

// Names returns the names of audiences, without what At wrote of scopes.
func Names(audiences []string) []string {
	var out []string
	for _, audience := range audiences {
		if name, scope, _ := CutAt(audience); scope == "" {
			out = append(out, name)
		}
	}
	return out
}
