package audit

// Decision is what was decided about.
type Decision string

// Decisions.
const (
	// Login is somebody who gives a password.
	Login Decision = "login"
	// Consent is a person who is asked by an application.
	Consent Decision = "consent"
	// Code is an authorization request that ends at the application.
	Code Decision = "code"
	// Token is a token request.
	Token Decision = "token"
	// Revocation is an application that ends a token.
	Revocation Decision = "revocation"
	// Logout is a person who signs out, here or in another browser.
	Logout Decision = "logout"
	// Withdrawal is a person who takes back what an application was allowed.
	Withdrawal Decision = "withdrawal"
)

// Event is one decision. Whoever adds a field makes sure that it cannot hold what a
// stranger sent, nor a token, code, password, verifier or cookie.
type Event struct {
	Decision Decision
	// Refused is why, as an error code; empty for what was granted.
	Refused string
	// Client is the OAuthClient, once it is known.
	Client Client
	// Subject is the person, once it is known.
	Subject string
	// Grant is the name of the Grant.
	Grant string
	// GrantType is one that the server knows.
	GrantType string
	// Scopes are those that were granted.
	Scopes []string
}

// Client is what is told of a client.
type Client interface {
	GetID() string
	Namespace() string
	Name() string
}

// Urgent reports whether a line may not wait for others to be written with it.
func (e *Event) Urgent() bool { return e.Refused != "" || e.Decision != Token && e.Decision != Code }
