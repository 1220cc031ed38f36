// Package listeners bounds what the connections of a replica cost: how many there are, and how
// long each may take for a request.
//
// It also knows which connections have sent nothing yet, so that a server that ends answers all
// that it has accepted. It does not know what is served (server/httpx), when the server begins
// and ends, nor what it proves itself with (server/certificates).
package listeners
