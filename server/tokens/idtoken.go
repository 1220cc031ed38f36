package tokens

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// id makes an ID token (OpenID Connect Core 1.0 section 2). It also carries the claims of
// the granted scopes, because many applications read nothing else, unless the client wants
// only those that were asked for.
func (m *Maker) id(set *keys.Set, client *clients.Client, content Content, sub, accessToken string) (string, error) {
	scopes := content.Scopes
	if client.Tokens().IDClaims == oauthv1alpha1.IDTokenRequested {
		scopes = nil
	}
	grant, now := content.Grant, m.Now()
	claims := ClaimsFor(client, content.User, sub, scopes, grant.IDToken)
	maps.Copy(claims, map[string]any{
		"iss": m.Issuer(), "sub": sub, "aud": client.GetID(),
		"iat": now.Unix(), "exp": now.Add(client.Tokens().IDLifetime).Unix(),
		"at_hash": leftHash(accessToken),
	})
	if at, known := grant.SignedIn(); known {
		claims["auth_time"] = at.Unix()
	}
	if len(grant.AMR) > 0 {
		claims["amr"] = grant.AMR
	}
	if grant.IDToken.Has(grants.ClaimACR) {
		claims["acr"] = identity.ACR(grant.AMR)
	}
	if client.May(string(oauthv1alpha1.GrantTokenExchange)) {
		// An ID token that is exchanged leads to the user and what ends the Grant.
		claims[claimGrant] = grant.Name
	}
	if content.Nonce != "" {
		claims["nonce"] = content.Nonce
	}
	if client.People().BackchannelURI != "" && grant.Origin != "" {
		sid, err := set.SessionID(client.GetID(), grant.Origin)
		if err != nil {
			return "", httpx.Unavailable(err)
		}
		claims["sid"] = sid
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("encode ID token: %w", err)
	}
	signer, err := set.SignerFor(string(client.Tokens().IDAlgorithm))
	if err != nil {
		return "", httpx.Unavailable(err)
	}
	return signer.Sign(keys.TypeIDToken, payload)
}

// claimGrant is the claim of an ID token that leads to its Grant.
const claimGrant = "grant_id"

// leftHash returns at_hash for signatures with SHA-256 (OpenID Connect Core 1.0 section
// 3.1.3.6).
func leftHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:sha256.Size/2])
}
