package audit

import (
	"strings"

	"github.com/grantor-dev/grantor/internal/clientid"
)

// Cause is why a client did not authenticate.
type Cause string

// Causes.
const (
	// NoCredentials is a request without any, of a client that has some or of none.
	NoCredentials Cause = "no_credentials"
	// Malformed is a header or an assertion that cannot be read.
	Malformed Cause = "malformed"
	// TwoMethods is a request that authenticates in two ways.
	TwoMethods Cause = "two_methods"
	// UnknownClient is a client ID that no OAuthClient has.
	UnknownClient Cause = "unknown_client"
	// SuspendedClient and RefusedClient are that of an OAuthClient that is suspended, or
	// that the server does not accept, as its condition Accepted says.
	SuspendedClient Cause = "suspended"
	RefusedClient   Cause = "refused_client"
	// WrongMethod is a way to authenticate that is not the client's.
	WrongMethod Cause = "wrong_method"
	// WrongSecret is a client secret that is wrong, or is not valid any more.
	WrongSecret Cause = "wrong_secret"
	// AssertionFailed is an assertion that does not verify, or was used before.
	AssertionFailed Cause = "assertion_failed"
	// TokenIssuer, TokenSubject and TokenClaim are the token of a workload elsewhere that
	// is not one of the client's: that has another iss, sub, or claim.
	TokenIssuer  Cause = "token_issuer"
	TokenSubject Cause = "token_subject"
	TokenClaim   Cause = "token_claim"
	// TokenAudience is such a token that is for others, TokenExpired one that is not valid
	// at the time or is for too long, and TokenSignature one that none of the issuer's keys
	// signed. TokenKeys says that these cannot be fetched.
	TokenAudience  Cause = "token_audience"
	TokenExpired   Cause = "token_expired"
	TokenSignature Cause = "token_signature"
	TokenKeys      Cause = "token_keys"
	// CertificateFailed is a connection without the client's certificate.
	CertificateFailed Cause = "certificate_failed"
)

// ClientID is a client ID as it was claimed: that of an OAuthClient, or what Claimed makes
// of any other.
type ClientID string

const (
	// maxClientID is the length of the longest client ID.
	maxClientID = 300
	// minSecret is the length of the shortest client secret.
	minSecret = 32
)

// Claimed returns what is told of a client ID that no OAuthClient has: at most as much as
// a client ID can be long, with a question mark for each byte that one cannot have. It
// returns nothing for a text with a part that is as long as a client secret, because
// secrets and tokens, too, are put where a client ID belongs. Of an ID that is sealed it returns
// the UID, which pages show, too.
func Claimed(id string) ClientID {
	if clientid.IsSealed(id) {
		return ClientID(clientid.OfRegistration(id))
	}
	part := 0
	for i := range len(id) {
		if part++; id[i] == '.' {
			part = 0
		}
		if part >= minSecret {
			return ""
		}
	}
	id = id[:min(len(id), maxClientID)]
	if !strings.ContainsFunc(id, foreign) {
		return ClientID(id)
	}
	told := []byte(id)
	for i, c := range told {
		if foreign(rune(c)) {
			told[i] = '?'
		}
	}
	return ClientID(told)
}

// unregistered reports whether it is that of a client without an OAuthClient: a UID, or what
// is told of a URL.
func (id ClientID) unregistered() bool {
	return clientid.UID(id).Registered() || strings.HasPrefix(string(id), "https?")
}

// foreign reports whether a client ID cannot have a character.
func foreign(c rune) bool {
	return (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') && !strings.ContainsRune("._~-", c)
}
