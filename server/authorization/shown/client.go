package shown

import (
	"net/url"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/ui"
)

// Host is the host of the application that gets the answer, which no other application can
// claim: it is among those that the OAuthClient names. It is empty where Document says more, for
// a device, and for a program on the user's computer.
func Host(r *request.Request, client *clients.Client) string {
	if client.Document() != nil || r == nil || r.Device != nil || clients.IsLoopback(r.RedirectURI) {
		return ""
	}
	to, err := url.Parse(r.RedirectURI)
	if err != nil || to.Scheme != "https" && to.Scheme != "http" {
		return ""
	}
	return to.Host
}

// Document is how pages show where a client without an OAuthClient describes itself, and where
// it is; nil for any other.
func Document(r *request.Request, client *clients.Client) *ui.Document {
	if client.Document() == nil || r == nil {
		return nil
	}
	host, _ := clientid.Host(client.GetID())
	shown := &ui.Document{Host: host, Registered: client.Registered(), Loopback: clients.IsLoopback(r.RedirectURI)}
	if to, err := url.Parse(r.RedirectURI); err == nil {
		shown.RedirectHost = to.Host
	}
	return shown
}
