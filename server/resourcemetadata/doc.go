// Package resourcemetadata is the metadata of protected resources (RFC 9728).
//
// It owns which resource a request means, and what is said of it. It does not own which
// resources there are (server/resources).
package resourcemetadata
