// Package upstream defines what the server needs from an identity provider, whatever its
// protocol: to authenticate a user, and to say later whether the user is still one of its users.
//
// It knows no protocol and stores nothing. The packages next to it implement OpenID Connect,
// OAuth 2.0 and LDAP.
package upstream
