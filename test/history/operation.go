package history

import "time"

// Kind is what a client asked for.
type Kind string

// What clients ask for, and what they see of their Secrets.
const (
	// Redemption presents a code.
	Redemption Kind = "redemption"
	// Refresh presents a refresh token.
	Refresh Kind = "refresh"
	// Use presents an access token: introspection, or userinfo.
	Use Kind = "use"
	// Revocation presents a refresh token or an access token.
	Revocation Kind = "revocation"
	// SignOut ends a Login.
	SignOut Kind = "sign-out"
	// Secret is a client secret that was seen in the Secret of a client.
	Secret Kind = "secret"
	// Rotation is a reason for one more client secret: a request, or a lost Secret.
	Rotation Kind = "rotation"
)

// Answer is what a client was told.
type Answer string

// What clients are told.
const (
	// Accepted is a success: tokens, or that a token is active, or that a session ended.
	Accepted Answer = "accepted"
	// Refused says that what was presented does not count.
	Refused Answer = "refused"
	// Unknown is no answer, or one that says to try again: it may have been done.
	Unknown Answer = "unknown"
	// Broken is an answer that no server may give.
	Broken Answer = "broken"
)

// Operation is one request and its answer.
type Operation struct {
	Kind Kind
	// Presented is the code, the token, the Login or the client that the request is about.
	Presented string
	// Login is the one in which the code of a Redemption was given. The code ends with it,
	// and so does the session unless it is Offline.
	Login   string
	Offline bool
	// Wrong says that the request lacks the proof that belongs to what it presents. It must
	// be refused, and change nothing.
	Wrong bool

	Answer Answer
	// Refresh and Access are the tokens that were issued.
	Refresh, Access string
	// Value is the client secret that was seen.
	Value string

	// Begin is when the request was sent, End when its answer was there, by one clock. What
	// the server did happened between the two; without an answer, at any time after Begin.
	Begin, End time.Duration
}

// counts reports whether a request may have an effect.
func (o *Operation) counts() bool { return !o.Wrong }

// after reports whether the request was sent when the other had been answered for so long.
func (o *Operation) after(other *Operation, pause time.Duration) bool {
	return other.Answer != Unknown && o.Begin > other.End+pause
}
