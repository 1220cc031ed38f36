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
	ClientUID string   `json:"client_uid,omitempty"`
	Scope     string   `json:"scope,omitempty"`
	IssuedAt  int64    `json:"iat"`
	ExpiresAt int64    `json:"exp"`
	ID        string   `json:"jti"`
	// Grant names the Grant of a user's token.
	Grant string `json:"grant_id,omitempty"`
	// AuthTime is when the user signed in (RFC 9068 section 2.2.1).
	AuthTime int64 `json:"auth_time,omitempty"`
	// ACR is the class of the sign-in, if it was one with a second factor (RFC 9068 section
	// 2.2.1, RFC 9470 section 6.1).
	ACR string `json:"acr,omitempty"`
	// OfResource says that the audience was an OAuthResource.
	OfResource bool `json:"of_resource,omitempty"`
	// Confirmation is what the token is bound to.
	Confirmation grants.Confirmation `json:"cnf,omitzero"`
	// Actor is who acts for the subject (RFC 8693 section 4.1).
	Actor *Actor `json:"act,omitempty"`
	// Sealed is Chain, the ClientUID and the Grant of an exchanged token. In clear, they would
	// tell the audience who acted before, and by the Grant who the user is at other clients.
	Sealed string `json:"exchanged,omitempty"`
	Chain  `json:"-"`
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
	if claims.Exchanges > 0 {
		if err := claims.seal(set); err != nil {
			return "", err
		}
	}
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
	if claims.Sealed != "" && claims.open(set) != nil {
		return AccessClaims{}, ErrInvalid
	}
	return claims, nil
}
