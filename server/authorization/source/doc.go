// Package source finds what an authorization request asks for: in its own parameters, in an object
// that the client signed (server/authorization/object), or in a request that the client has pushed
// (server/authorization/pushed).
//
// It owns which of them counts, and that a request that was pushed is still one of its client.
// What the parameters mean belongs to server/authorization/request.
package source
