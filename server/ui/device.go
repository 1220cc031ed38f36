package ui

import (
	"time"

	"github.com/grantor-dev/grantor/server/texts"
)

// Device is a device that asks for access, as far as the server knows it.
type Device struct {
	// Code is what the device shows.
	Code string
	// Agent is the software that it says it is, Address where it asked from; either may be
	// empty.
	Agent, Address string
	// Began is when it asked.
	Began time.Time
	// Elsewhere says that it is in another network than the browser.
	Elsewhere bool
}

// DeviceCode asks for the code that a device shows: input user_code.
type DeviceCode struct {
	Action           string
	Hidden           []Field
	Person, Username string
	// SwitchURI leads to signing in as another user.
	SwitchURI string
	Code      string
	// Problem is a sentence about the code before.
	Problem texts.Text
}

// Note says something, and leads nowhere.
type Note struct{ Title, Message texts.Text }

func (DeviceCode) template() string          { return "devicecode" }
func (DeviceCode) application() *Application { return nil }
func (Note) template() string                { return "note" }
func (Note) application() *Application       { return nil }
