package tokens

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// AccessClaims is the content of an access token (RFC 9068 section 2.2).
type AccessClaims struct {
	Issuer    string   `json:"iss"`
	Subject   string   `json:"sub"`
	Audience  []string `json:"aud"`
	ClientID  string   `json:"client_id"`
	ClientUID string   `json:"client_uid"`
	Scope     string   `json:"scope,omitempty"`
	IssuedAt  int64    `json:"iat"`
	ExpiresAt int64    `json:"exp"`
	ID        string   `json:"jti"`
	// Grant names the Grant of a user's token.
	Grant string `json:"grant_id,omitempty"`
	// AuthTime is when the user signed in (RFC 9068 section 2.2.1).
	AuthTime int64 `json:"auth_time,omitempty"`
	// OfResource says that the audience was an OAuthResource.
	OfResource bool `json:"of_resource,omitempty"`
	// Confirmation is what the token is bound to.
	Confirmation grants.Confirmation `json:"cnf,omitzero"`
	// Actor is who acts for the subject (RFC 8693 section 4.1).
	Actor *Actor `json:"act,omitempty"`
	// Exchanges is how many exchanges led to the token, and From are the ids of the tokens
	// that it was exchanged for and that can be revoked.
	Exchanges int      `json:"exchanges,omitempty"`
	From      []string `json:"exchanged,omitempty"`
	// SubjectUID is the UID of the client that is the subject of an exchanged token.
	SubjectUID string `json:"subject_uid,omitempty"`
}

// opaquePrefix begins every opaque token, so that leaked ones can be recognised.
const opaquePrefix = "gat_"

// NewID returns a random token id of 128 bits.
func NewID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// Mint returns the token with the given claims in the given form.
func Mint(set *keys.Set, format oauthv1alpha1.AccessTokenFormat, claims AccessClaims) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("encode claims: %w", err)
	}
	if format == oauthv1alpha1.AccessTokenOpaque {
		return opaquePrefix + set.Seal(keys.PurposeAccessToken, claims.Issuer, payload), nil
	}
	return set.Signer().Sign(keys.TypeAccessToken, payload)
}

// ErrInvalid says that a token is not a living access token of this server.
var ErrInvalid = errors.New("not a valid access token")

// Parse returns the claims of a token that the server made for the issuer and that
// has not expired. Any other token gives ErrInvalid, without telling why.
func Parse(set *keys.Set, issuer, token string, now time.Time) (AccessClaims, error) {
	var payload []byte
	var err error
	if sealed, ok := strings.CutPrefix(token, opaquePrefix); ok {
		payload, err = set.Open(keys.PurposeAccessToken, issuer, sealed)
	} else {
		payload, err = set.Verify(keys.TypeAccessToken, token)
	}
	if err != nil {
		return AccessClaims{}, ErrInvalid
	}
	var claims AccessClaims
	if json.Unmarshal(payload, &claims) != nil || claims.Issuer != issuer || now.Unix() >= claims.ExpiresAt {
		return AccessClaims{}, ErrInvalid
	}
	return claims, nil
}
