package audit

// Decision is what was decided about.
type Decision string

// Decisions.
const (
	// Login is a user who gives a password.
	Login Decision = "login"
	// Consent is a person who is asked by an application.
	Consent Decision = "consent"
	// Code is an authorization request that ends at the application.
	Code Decision = "code"
	// Device is a user who types the code of a device, or decides about it.
	Device Decision = "device"
	// Token is a token request.
	Token Decision = "token"
	// Authentication is a client that did not get in, other than for a token.
	Authentication Decision = "authentication"
	// Revocation is an application that ends a token.
	Revocation Decision = "revocation"
	// Logout is a person who signs out, here or in another browser.
	Logout Decision = "logout"
	// Withdrawal is a person who takes back what an application was allowed.
	Withdrawal Decision = "withdrawal"
	// Registration is a program that registers a client.
	Registration Decision = "registration"
	// Deregistration is a client that ends its registration.
	Deregistration Decision = "deregistration"
	// Connection is a user who authorizes an OAuthToken, and comes back from its provider.
	Connection Decision = "connection"
	// Enrollment is a user who adds, replaces or removes what to sign in with.
	Enrollment Decision = "enrollment"
)

// Event is one decision. A field that is added must not be able to hold a token, code,
// password, verifier or cookie. Claimed is the only one that can hold what a caller
// sent.
type Event struct {
	Decision Decision
	// Refused is why, as an error code; empty for what was granted.
	Refused string
	// Client is the OAuthClient, once it has proved who it is.
	Client Client
	// Claimed is whose credentials were sent, and Cause why they were not accepted.
	Claimed ClientID
	Cause   Cause
	// Subject is the person, once it is known; of a registration, whose token it was.
	Subject string
	// Grant is the name of the Grant.
	Grant string
	// GrantType is one that the server knows.
	GrantType string
	// SubjectClient is the client of a token that was exchanged, and SubjectAudiences for whom
	// that was.
	SubjectClient    string
	SubjectAudiences []string
	// Ended is the client that a Withdrawal was about, if Client asked for it.
	Ended Client
	// OAuthToken is the namespace and the name of the one that is authorized.
	OAuthToken string
	// Scopes are those that were granted. Audiences are only told of a consent and of an
	// exchange, and Offline for access that outlives the Login of a consent.
	Scopes, Audiences []string
	Offline           bool

	// omitted is how many lines of the same kind were left out before this one.
	omitted uint64
}

// Client is what is told of a client.
type Client interface {
	GetID() string
	Namespace() string
	Name() string
}

// Urgent reports whether a line may not wait for others to be written with it.
func (e *Event) Urgent() bool { return e.Refused != "" || e.Decision != Token && e.Decision != Code }
