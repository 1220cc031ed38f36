// Package resources finds the protected resources of the server.
//
// It owns the lookup of an OAuthResource by its identifier, from local copies, through the
// same pure rules that the operator uses (internal/resourcespec). It takes nothing from a
// status. It does not own which client may ask for a resource (server/clients).
package resources
