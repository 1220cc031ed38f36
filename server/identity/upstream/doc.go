// Package upstream says what the server asks of an identity provider, whatever its protocol:
// to recognize a user, and to say later whether the user is still one.
//
// It knows no protocol and keeps nothing. Packages next to it speak OpenID Connect, OAuth 2.0
// and LDAP.
package upstream
