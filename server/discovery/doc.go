// Package discovery serves the metadata of the authorization server (OpenID
// Connect Discovery 1.0, RFC 8414). The document is made from the endpoints that
// are mounted: what it lists works, and what works is listed.
package discovery
