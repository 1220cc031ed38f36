package token

import (
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// proved checks PKCE (RFC 7636 section 4.6). A verifier without a challenge is refused,
// because the challenge may have been removed on its way (RFC 9700 section 2.1.1).
func proved(client *clients.Client, code grants.Code, verifier string) error {
	switch {
	case code.Challenge == nil && verifier != "":
		return httpx.BadRequest(httpx.CodeInvalidGrant, "The authorization request had no code_challenge.")
	case code.Challenge == nil && client.NeedsChallenge(code.Nonced()):
		return httpx.BadRequest(httpx.CodeInvalidGrant, "The authorization request had no code_challenge, which spec.pkce of the OAuthClient requires now.")
	case code.Challenge != nil && verifier == "":
		return httpx.BadRequest(httpx.CodeInvalidGrant, "Parameter 'code_verifier' is missing.")
	case code.Challenge != nil && !grants.IsVerifier(verifier):
		return httpx.BadRequest(httpx.CodeInvalidGrant, "The code_verifier must have 43 to 128 of the characters A-Z a-z 0-9 - . _ ~ (RFC 7636 section 4.1).")
	case code.Challenge != nil && !code.Proves(verifier):
		return httpx.BadRequest(httpx.CodeInvalidGrant, "The code_verifier does not match the code_challenge.")
	}
	return nil
}
