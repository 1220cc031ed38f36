package ui

import (
	"time"

	"github.com/grantor-dev/grantor/server/texts"
)

// Factor asks for a second factor: input code.
type Factor struct {
	// Application is where the person is going; nil if to a page of this server.
	Application      *Application
	Action           string
	Hidden           []Field
	Person, Username string
	// App says that the person has an authenticator app, Recovery that there are recovery codes.
	App, Recovery bool
	// Passkey is what the browser is asked, as JSON; empty for a person without passkeys. The
	// answer is the input passkey.
	Passkey string
	// Problem is a sentence about the attempt before.
	Problem texts.Text
	// CancelURI leads to signing in as another user.
	CancelURI string
}

// Enroll makes a person add an authenticator app: input code. Required says that nothing
// goes on without it.
type Enroll struct {
	Application      *Application
	Action           string
	Hidden           []Field
	Person, Username string
	Required         bool
	// URI is what the app reads, Secret what a person types into one.
	URI, Secret string
	// Passkey is what the browser is asked to add a passkey instead; empty if it cannot.
	Passkey   string
	Problem   texts.Text
	CancelURI string
}

// Codes shows recovery codes, once.
type Codes struct {
	Codes  []string
	Action string
	Hidden []Field
}

// Security shows what a person signs in with. Each entry has a form of its own with inputs
// action and id.
type Security struct {
	Person, Username string
	Action           string
	Hidden           []Field
	AccountURI       string
	// PasswordURI leads to setting a password; empty for who may not.
	PasswordURI string
	// Problem is a sentence about what was not done.
	Problem texts.Text
	// App is when the authenticator app was added; zero for none.
	App time.Time
	// Recovery is how many recovery codes are left; HasFactor says that there is a factor.
	Recovery  int
	HasFactor bool
	// Fixed says that the last factor cannot be removed.
	Fixed bool
	// Failures is how many wrong codes others gave.
	Failures int
	// Passkeys are those that there are, and Passkey is what the browser is asked to add one;
	// empty if it cannot.
	Passkeys []Passkey
	Passkey  string
}

// Passkey is a passkey of a person.
type Passkey struct {
	ID, Name    string
	Added, Used time.Time
}

func (Factor) template() string            { return "factor" }
func (f Factor) application() *Application { return f.Application }
func (Enroll) template() string            { return "enroll" }
func (e Enroll) application() *Application { return e.Application }
func (Codes) template() string             { return "codes" }
func (Codes) application() *Application    { return nil }
func (Security) template() string          { return "security" }
func (Security) application() *Application { return nil }
