package ui

import (
	"time"

	"github.com/grantor-dev/grantor/server/texts"
)

// Logout asks whether to sign out: buttons decision=allow and decision=deny.
type Logout struct {
	// Application is who asked for it; nil for none.
	Application *Application
	Action      string
	Hidden      []Field
	Person      string
}

// SignedOut says that it is done.
type SignedOut struct {
	// HomeURI is where to go from here; empty for nowhere.
	HomeURI string
	// Elsewhere is where the user signed in, ElsewhereURI where to sign out there, too; empty
	// for nowhere.
	Elsewhere, ElsewhereURI string
}

// Account shows where a user is signed in and which applications have access. Each has
// a form of its own with inputs action=end or action=withdraw, and id.
type Account struct {
	Person, Username string
	Logins           []Session
	Applications     []Allowed
	Action           string
	// Hidden is part of every form.
	Hidden     []Field
	SignOutURI string
	// StartURI leads to the start page.
	StartURI string
	// SecurityURI leads to what the person signs in with; empty where there is nothing to choose.
	SecurityURI string
	// PasswordURI leads to setting a password; empty for who may not.
	PasswordURI string
	// Notice is a sentence about what was just done.
	Notice texts.Text
}

// Session is a login of one browser.
type Session struct {
	ID               string
	Started, Expires time.Time
	// Current is true for the browser that sees the page.
	Current bool
	// Browser and System are what the browser says that it is; empty where that is not known.
	Browser, System string
}

// Allowed is an application with access.
type Allowed struct {
	ID          string
	Application Application
	Access
	Since time.Time
	// Registered says that the application has described itself to this server, and
	// RedirectHosts where it may have users sent.
	Registered    bool
	RedirectHosts []string
}

func (Logout) template() string             { return "logout" }
func (l Logout) application() *Application  { return l.Application }
func (SignedOut) template() string          { return "signedout" }
func (SignedOut) application() *Application { return nil }
func (Account) template() string            { return "account" }
func (Account) application() *Application   { return nil }
