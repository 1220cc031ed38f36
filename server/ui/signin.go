package ui

import "github.com/grantor-dev/grantor/server/texts"

// Actions and other URIs of these pages are either paths below the base of the
// server, such as "/login", or absolute. One that a page must not lead to, such as
// a javascript: URI, is left out.

// Field is a hidden input of a form.
type Field struct{ Name, Value string }

// Application is who asks for something. Everything but the ID and the namespace
// is what its owner claims.
type Application struct {
	Name, ID, Namespace                   string
	LogoURI, HomeURI, PolicyURI, TermsURI string
}

// Scope is one permission.
type Scope struct {
	Name string
	// Description is a short text for people; without it they see the name.
	Description string
	// Nothing says that it gives nothing as long as the person's account stays as it is.
	Nothing bool
}

// Audience is one resource server.
type Audience struct {
	Name string
	// DisplayName is how people call it; without one they see the name only.
	DisplayName string
	// Scopes are permissions that concern nothing else.
	Scopes []Scope
}

// Access is what an application asks for, or has.
type Access struct {
	Scopes    []Scope
	Audiences []Audience
	// Offline says that it does not end when the person signs out.
	Offline bool
}

// Login asks for a name and a password: inputs username and password.
type Login struct {
	// Application is where the person is going; nil if to a page of this server, which
	// Purpose is about.
	Application *Application
	Purpose     texts.Text
	Action      string
	Hidden      []Field
	Username    string
	// Problem is a sentence about the attempt before.
	Problem texts.Text
	// CancelURI leads back to the application.
	CancelURI string
	// Document is where the application describes itself; nil for one that is registered.
	Document *Document
	// Host is where the answer goes; empty where that does not tell the application.
	Host string
	// NoPassword says that there is no form for a password. Otherwise it is that of a directory
	// named At or, if that is empty, that of this server.
	NoPassword bool
	At         string
	// Providers are where users can sign in otherwise: buttons named provider.
	Providers []Provider
}

// Provider is where users can sign in.
type Provider struct{ Name, DisplayName string }

// Consent asks for a decision: buttons decision=allow and decision=deny.
type Consent struct {
	Application      Application
	Action           string
	Hidden           []Field
	Person, Username string
	Access
	// SwitchURI leads to signing in as another user.
	SwitchURI string
	// Device asks for the application; nil for a browser.
	Device *Device
	// Document is where the application describes itself; nil for one that is registered.
	Document *Document
	// Host is where the answer goes; empty where that does not tell the application.
	Host string
}

// Document is where an application describes itself that has no OAuthClient.
type Document struct {
	// Registered says that the application has described itself to this server.
	Registered bool
	// Host publishes the document of any other. RedirectHost is where the answer goes: a program on the
	// user's computer if it is Loopback.
	Host, RedirectHost string
	Loopback           bool
}

// FormPost takes a response to an application (OAuth 2.0 Form Post Response Mode):
// it submits itself, or with the button Continue where scripts do not run.
type FormPost struct {
	To     string
	Fields []Field
}

func (Login) template() string              { return "login" }
func (l Login) application() *Application   { return l.Application }
func (Consent) template() string            { return "consent" }
func (c Consent) application() *Application { return &c.Application }
func (FormPost) template() string           { return "formpost" }
func (FormPost) application() *Application  { return nil }
