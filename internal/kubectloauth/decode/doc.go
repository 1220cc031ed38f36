// Package decode is kubectl oauth decode: the header and the claims of a JWT, and whether
// the keys of its issuer verify it. A signature that was not verified is never called
// valid, and no error quotes the token.
package decode
