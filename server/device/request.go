package device

import (
	"github.com/grantor-dev/grantor/server/authorization/request"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/approvals"
	"github.com/grantor-dev/grantor/server/storage/consents"
)

// requestOf returns what a user is asked about a device: always, whatever was allowed to
// the client before. typed says that the user typed the code.
func requestOf(client *clients.Client, code *approvals.Code, typed bool) (*request.Request, error) {
	if client == nil || string(client.UID()) != code.ClientUID || !client.May(GrantType) {
		return nil, httpx.BadRequest(httpx.CodeInvalidClient, "The application of the device is no longer known here.")
	}
	granted, all := client.Granted(code.Scopes, code.Audiences)
	if !all {
		return nil, httpx.BadRequest(httpx.CodeInvalidScope, "The application may no longer ask for what the device asks for. Start again on the device.")
	}
	audiences := consents.Names(granted.Audiences)
	scopes := client.ScopesAt(granted, audiences)
	return &request.Request{
		ClientID: client.GetID(), ClientUID: code.ClientUID, Scopes: scopes, Audiences: audiences,
		Refreshes: client.May("refresh_token"), Consent: true, Device: &request.Device{Code: *code, Typed: typed},
	}, nil
}
