package ui

import "github.com/grantor-dev/grantor/server/texts"

// Password lets a person set another password: inputs current, new and again.
type Password struct {
	Action           string
	Hidden           []Field
	Person, Username string
	// Shortest is how many characters the new password must have.
	Shortest int
	// Problem is a sentence about what was not done.
	Problem    texts.Text
	AccountURI string
}

// PasswordSet says that it is done.
type PasswordSet struct {
	Person, Username string
	// Others is a sentence about the person's other browsers.
	Others     texts.Text
	AccountURI string
}

func (Password) template() string             { return "password" }
func (Password) application() *Application    { return nil }
func (PasswordSet) template() string          { return "passwordset" }
func (PasswordSet) application() *Application { return nil }
