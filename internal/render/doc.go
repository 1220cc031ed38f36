// Package render turns an OAuthServer into the objects that run it: the embedded
// manifests in base/ and what its spec says. The patches of its administrator are applied
// and checked in the package patches.
//
// It is pure: it reads nothing but its arguments and knows no API server.
// controllers/oauthserver/deployment applies what it returns.
package render
