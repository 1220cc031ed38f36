package ui

import "github.com/grantor-dev/grantor/server/texts"

// Connect asks whether to authorize an OAuthToken at its provider.
type Connect struct {
	Action           string
	Hidden           []Field
	Person, Username string
	// SwitchURI leads to signing in as another user.
	SwitchURI string
	// Problem is a sentence about the attempt before.
	Problem texts.Text
	// Namespace and Name are those of the OAuthToken.
	Namespace, Name string
	// Host is where the person goes, and TokenHost where the token comes from.
	Host, TokenHost string
	// Endpoint is where exactly the person goes, if the host does not say it all.
	Endpoint string
	// ClientID, Scopes and Parameters are what the provider is asked for.
	ClientID   string
	Scopes     []string
	Parameters []Field
}

func (Connect) template() string          { return "connect" }
func (Connect) application() *Application { return nil }
