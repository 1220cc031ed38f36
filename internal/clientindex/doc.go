// Package clientindex counts the OAuthClients of each namespace by age and server.
//
// It owns the index that a limit on clients per namespace is checked against, and says
// which clients a change of another one lets in or shuts out. It watches nothing: the
// operator and the server pass it each change that they see. It does not own the limit
// (internal/clientpolicy) nor the refusal (internal/clientspec).
package clientindex
