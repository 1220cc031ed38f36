// Package registration makes OAuthClients of Registrations: of clients that registered
// themselves (RFC 7591), which the server stores and never writes as OAuthClients itself.
//
// It owns when such an OAuthClient is created, changed and deleted, and the end of its
// Registration when somebody deletes the OAuthClient. It writes OAuthClients only where a Role
// of the namespace lets it. It does not own who may register (server/registration/objects), what
// a Registration says (internal/registered), or the status of OAuthClients
// (controllers/oauthclient).
package registration
