// Package applications signs people in to applications and with client libraries that
// others wrote: those of Node.js below nodejs, of Go below golang, of Debian below
// debian. Each gets an OAuthClient with defaults, and knows the issuer, its client ID,
// its secret and its redirect URI; what else one must be told, its test says, and
// docs/guides/applications.md.
//
// It owns no assertion about the server's answers; test/people has those.
package applications
