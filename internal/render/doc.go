// Package render turns an OAuthServer into the objects that run it: the embedded
// manifests in base/, what its spec says, and the patches of its administrator,
// applied by kustomize and checked afterwards.
//
// It is pure: it reads nothing but its arguments and knows no API server.
// controllers/oauthserver applies what it returns.
package render
