package provider

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/ory/fosite"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/identity"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/storage/grants"
	"github.com/grantor-dev/grantor/server/subjects"
)

const (
	// scopeOpenID makes a request one of OpenID Connect.
	scopeOpenID = "openid"
	// scopeOffline lets a refresh token outlive the Login.
	scopeOffline = "offline_access"
)

// grant records on a request what it gets.
func grant(request fosite.AccessRequester, scopes, audiences []string) {
	for _, scope := range scopes {
		request.GrantScope(scope)
	}
	for _, audience := range audiences {
		request.GrantAudience(audience)
	}
}

// populate makes the tokens of a person's authorization. It stores nothing.
func (p *Provider) populate(request fosite.AccessRequester, response fosite.AccessResponder) error {
	client, s, err := sessionOf(request)
	if err != nil {
		return err
	}
	token, err := p.accessToken(request)
	if err != nil {
		return err
	}
	response.SetAccessToken(token)
	response.SetTokenType("bearer")
	set, err := p.Keys.Current()
	if err != nil {
		return httpx.Unavailable(err)
	}
	if refreshes(client) {
		s.refreshToken = s.grant.RefreshToken(set, p.Issuer())
	}
	if slices.Contains(request.GetGrantedScopes(), scopeOpenID) {
		s.idToken, err = p.idToken(set, client, s, request.GetGrantedScopes(), token)
	}
	return err
}

// idToken makes an ID token (OpenID Connect Core 1.0 section 2). It carries the
// claims of the granted scopes, too, because many applications read nothing else,
// unless the client wants only those that were asked for.
func (p *Provider) idToken(set *keys.Set, client *clients.Client, s *session, scopes []string, accessToken string) (string, error) {
	sub, err := subjects.Told(set, client, s.grant.Subject)
	if err != nil {
		return "", httpx.Unavailable(err)
	}
	if client.Tokens().IDClaims == oauthv1alpha1.IDTokenRequested {
		scopes = nil
	}
	claims := about(s.person, sub, client, scopes, s.grant.IDToken)
	now := p.Now()
	maps.Copy(claims, map[string]any{
		"iss": p.Issuer(), "sub": sub, "aud": client.GetID(),
		"iat": now.Unix(), "exp": now.Add(client.Tokens().IDLifetime).Unix(),
		"auth_time": s.grant.AuthTime.Unix(), "amr": s.grant.AMR, "at_hash": leftHash(accessToken),
	})
	if s.nonce != "" {
		claims["nonce"] = s.nonce
	}
	if client.People().BackchannelURI != "" && s.grant.Origin != "" {
		if claims["sid"], err = set.SessionID(client.GetID(), s.grant.Origin); err != nil {
			return "", httpx.Unavailable(err)
		}
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

// about returns what a client may know of a person: the claims that the scopes
// grant, those that were asked for one by one, and copies of both under names of the
// client's own. sub is by what it knows the person.
func about(person *identity.Person, sub string, client *clients.Client, scopes []string, asked grants.ClaimSet) map[string]any {
	claims := person.Claims(scopes)
	for _, name := range asked.Names() {
		// The client may have lost the scope since.
		if value, ok := person.Claim(name); ok && slices.Contains(client.GetScopes(), identity.ClaimScope(name)) {
			claims[name] = value
		}
	}
	copies := map[string]any{}
	for _, mapping := range client.People().Claims {
		value, ok := claims[string(mapping.From)]
		if mapping.From == "sub" {
			value, ok = sub, true
		}
		if ok {
			copies[mapping.Name] = value
		}
	}
	// A copy wins: an application that knows people by a nickname that is the username
	// must not meet somebody who has another nickname.
	maps.Copy(claims, copies)
	return claims
}

// remaining returns those of some scopes that a client may ask for now: one that was
// narrowed loses them at once.
func remaining(client *clients.Client, scopes []string) []string {
	return slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool { return !slices.Contains(client.GetScopes(), scope) })
}

// leftHash is at_hash for signatures with SHA-256 (OpenID Connect Core 1.0 section
// 3.1.3.6).
func leftHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:sha256.Size/2])
}
