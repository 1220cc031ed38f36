// Package credentials makes client secrets and the digests of them that the
// operator publishes and the server compares.
//
// It owns the format of OAuthClientStatus.credentials[].digest: what it is bound
// to, how it is sealed, how long it counts; and those of redirectURIsSeal, of the seal of
// a Registration and of what a Connection holds, which the same keys make. It does not own where the keys are kept (internal/keyring) nor when a
// secret is replaced (controllers/oauthclient/secret).
package credentials
