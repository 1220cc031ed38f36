// Package tokenprovider is an authorization server for tests of OAuthTokens: it rotates
// refresh tokens as strictly as asked, and remembers what it issued.
//
// It owns no assertion. It signs nobody in: Authorize says that somebody did.
package tokenprovider
