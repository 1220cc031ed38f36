package identity

import "time"

// SourceLocal is the source of OAuthUsers who gave a password to this server.
const SourceLocal = "local"

// Person is a user whom the server accepts. It does not change; a change at the source
// makes another one. A user who is disabled or refused is none.
type Person struct {
	// Subject is the claim sub.
	Subject string
	// UID tells apart users who had the same subject one after the other.
	UID string
	// Source is the name of an OAuthIdentityProvider, or SourceLocal. For an OAuthUser, it is
	// where the user signed in.
	Source string
	// Username is what the user types, DisplayName what pages show.
	Username, DisplayName string
	// Groups are the groups that the user is in.
	Groups []string
	// NotBefore is the time before which nothing that was issued is valid.
	NotBefore time.Time
	// OwnPassword says that the user may set a password.
	OwnPassword bool
	// Known are the values of the claims that are known, by their names.
	Known map[string]any
}

// Honours reports whether what was issued for the user with the given UID at the
// given time is still valid: neither made for a predecessor of the same subject nor
// before what the source says.
func (p *Person) Honours(uid string, issuedAt time.Time) bool {
	return p.UID == uid && !issuedAt.Before(p.NotBefore)
}
