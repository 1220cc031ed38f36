// Package rotate is kubectl oauth rotate: it asks the operator for one rotation, of the secret
// of an OAuthClient or of the keys of an OAuthServer, by the field requestedAt that exists for
// that, and can wait until the operator has done it.
package rotate
