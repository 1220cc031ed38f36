// Package registration creates the OAuthClients of clients that registered themselves (RFC
// 7591). The server stores such clients as Registrations, and never writes OAuthClients itself.
//
// It owns when such an OAuthClient is created, changed and deleted, and that its Registration
// ends when the OAuthClient is deleted. It writes OAuthClients only where a Role of the
// namespace lets it. It does not own who may register (server/registration/objects), what a
// Registration says (internal/registered), or the status of OAuthClients
// (controllers/oauthclient).
package registration
