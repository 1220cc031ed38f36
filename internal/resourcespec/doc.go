// Package resourcespec decides which OAuthResources a server has, and what they are.
//
// It owns the rules between tenants about identifiers, as pure functions over API objects.
// The operator calls it to write conditions and the server calls it to find a resource
// (server/resources), so that the two cannot disagree. It does no I/O. It does not own what policies amount to
// (internal/clientpolicy), nor which client asks (server/clients).
package resourcespec
