package source

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// fingerprint returns that of what tokens are issued for. Where it changes, a refresh token
// must not be sent any more, and the access token has to be another one.
func fingerprint(token *oauthv1alpha1.OAuthToken, from any) string {
	spec := token.Spec
	// Maps are encoded in the order of their keys.
	text, _ := json.Marshal([]any{from, spec.ClientID, spec.Grant, slices.Sorted(slices.Values(spec.Scopes)), spec.Parameters, spec.TokenParameters})
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
