package grants

import (
	"crypto/rand"
	"time"

	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage"
)

// Grant is one user's authorization of one client.
type Grant struct {
	// Name is that of the object, and part of every token.
	Name string
	// Subject is whose authorization it is, UserUID the UID of that identity.Person.
	Subject, UserUID string
	// Link is the account with which an OAuthUser had signed in.
	Link identity.Link
	// ClientID and ClientUID are the client's.
	ClientID, ClientUID string
	// Scopes and Audiences are what was granted.
	Scopes, Audiences []string
	// IDToken and Userinfo are the claims that were asked for one by one.
	IDToken, Userinfo ClaimSet
	// Login is the Login with which the Grant ends; empty if it outlives that.
	Login string
	// Origin is the Login in which it was given, also if it outlives that.
	Origin string
	// Confirmation is what refresh tokens are bound to from the generation BoundFrom on. Those
	// before were issued to everyone who bears them.
	Confirmation Confirmation
	BoundFrom    int64
	// Generation counts the refresh tokens.
	Generation int64
	// Revoked ends it.
	Revoked bool
	// AMR are the methods by which the user signed in (RFC 8176).
	AMR []string
	// Said is identity.Evidence.Said.
	Said int64
	// AuthTime is when the user signed in here, IssuedAt when the code was redeemed,
	// RefreshedAt when the last generation began, ExpiresAt when refreshing ends.
	AuthTime, IssuedAt, RefreshedAt, ExpiresAt time.Time

	// Root is the root key that seals the Grant and makes its refresh tokens, for all of
	// its life: replicas that take another key into use at different moments still give
	// one successor. The zero value is the key that is in use.
	Root keys.RootID

	// kept is until when the object is kept at least, needed is until when the object must
	// be kept, code the end of the code's life, shared that of the last code that names the
	// Grant, if there can be several.
	kept, needed, code, shared time.Time
	// redeemed is the digest of the code that it was made from, if there can be several.
	redeemed []byte
	// nonce makes the refresh tokens of this Grant unlike those of any other, attempt
	// recognises the write of which the answer was lost.
	nonce, attempt []byte
	// version is that of the object that was read.
	version string
}

// Lifetimes bound a Grant.
type Lifetimes struct {
	// Whole bounds the authorization, Idle the pause between two refreshes.
	Whole, Idle time.Duration
	// Access is the lifetime of the access tokens.
	Access time.Duration
}

// slack is how long an object is kept after the last thing that names it expired,
// for clocks that differ.
const slack = 5 * time.Minute

// Begin returns the Grant that redeeming a code creates. Nothing is stored yet.
func Begin(g Grant, code Code, lifetimes Lifetimes, now time.Time) *Grant {
	g.Name, g.Subject, g.UserUID, g.Link, g.ClientUID = code.Grant, code.Subject, code.UserUID, code.Link, code.ClientUID
	g.IDToken, g.Userinfo, g.AuthTime, g.Said, g.AMR = code.IDToken, code.Userinfo, code.AuthTime, code.Said, code.AMR
	g.Origin = code.Login
	if !code.Offline {
		g.Login = code.Login
	}
	g.Generation, g.IssuedAt = 1, now
	g.nonce = random()
	g.redeemed, g.shared = code.digest, code.SharedUntil
	g.stamp(lifetimes, now)
	g.code = code.ExpiresAt
	if g.needed.Before(code.ExpiresAt) {
		g.needed = code.ExpiresAt
	}
	return &g
}

// SignedIn returns when the user proved who they are, and whether that is known.
func (g *Grant) SignedIn() (at time.Time, known bool) {
	return identity.AuthTime(g.AuthTime, g.Said)
}

// Next returns the Grant after one more refresh. Nothing is stored yet.
func (g *Grant) Next(lifetimes Lifetimes, now time.Time) *Grant {
	next := *g
	next.Generation++
	next.stamp(lifetimes, now)
	return &next
}

// Bind binds the newest refresh token, and those that follow, unless they are bound already.
func (g *Grant) Bind(to Confirmation) {
	if g.Confirmation == (Confirmation{}) && to != (Confirmation{}) {
		g.Confirmation, g.BoundFrom = to, g.Generation
	}
}

// Held reports whether a request that has proved something may use the refresh token of a
// generation.
func (g *Grant) Held(generation int64, proved Confirmation) bool {
	return generation < g.BoundFrom || g.Confirmation.Met(proved)
}

// Keep makes sure that the object is kept until a time: as long as the Login lasts, for
// a client that is notified of its end.
func (g *Grant) Keep(until time.Time) {
	g.kept = until
	if g.needed.Before(until) {
		g.needed = until
	}
}

// stamp sets what each write changes. Times that the object shows are whole seconds.
func (g *Grant) stamp(lifetimes Lifetimes, now time.Time) {
	g.attempt = random()
	g.RefreshedAt = now.Truncate(time.Millisecond).UTC()
	g.IssuedAt, g.AuthTime = g.IssuedAt.Truncate(time.Second).UTC(), g.AuthTime.UTC()
	end := g.IssuedAt.Add(lifetimes.Whole)
	if idle := now.Add(lifetimes.Idle); idle.Before(end) {
		end = idle
	}
	g.ExpiresAt = storage.Seconds(end)
	g.needed = g.ExpiresAt
	if access := now.Add(lifetimes.Access); g.needed.Before(access) {
		g.needed = access
	}
	for _, until := range []time.Time{g.kept, g.shared} {
		if g.needed.Before(until) {
			g.needed = until
		}
	}
}

// Use is what presenting a refresh token means.
type Use int

// What presenting a refresh token means.
const (
	// UseNext asks for the next generation.
	UseNext Use = iota
	// UseAgain asks for what the last refresh gave: its answer may have been lost.
	UseAgain
	// UseStolen shows that two parties hold the token.
	UseStolen
	// UseNever is a generation that was not issued; storage was set back.
	UseNever
)

// Use returns what presenting the refresh token of a generation means at a time.
func (g *Grant) Use(generation int64, grace time.Duration, now time.Time) Use {
	switch {
	case generation > g.Generation:
		return UseNever
	case generation == g.Generation:
		return UseNext
	case generation == g.Generation-1 && now.Before(g.RefreshedAt.Add(grace)):
		return UseAgain
	}
	return UseStolen
}

// random returns 96 bits.
func random() []byte {
	var b [12]byte
	_, _ = rand.Read(b[:])
	return b[:]
}
