// Package facts reads what decides about OAuthClients: those of a file or of the cluster, the
// OAuthServers, OAuthClientPolicies and namespaces, as far as the caller may read them.
//
// It decides nothing: that is for internal/clientspec, which the operator and the server ask,
// too. What may not be read is told in sentences.
package facts
