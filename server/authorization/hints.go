package authorization

import (
	"encoding/json"
	"net/url"
	"unicode/utf8"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/subjects"
)

// hint returns by what its client may ask for the person of an ID token that this server issued to a client, also
// one that has expired, and false for anything else.
type hint func(idToken, clientID string) (string, bool)

func (r *Request) readHints(form url.Values, verify hint) error {
	if text := form.Get("login_hint"); len(text) <= maxHint && utf8.ValidString(text) {
		r.LoginHint = text
	}
	text := form.Get("id_token_hint")
	if text == "" {
		return nil
	}
	subject, ok := verify(text, r.ClientID)
	if !ok {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "The id_token_hint is not an ID token that the client got here.")
	}
	if r.Subject != "" && r.Subject != subject {
		return httpx.BadRequest(httpx.CodeInvalidRequest, "The id_token_hint and the claim sub name different people.")
	}
	r.Subject = subject
	return nil
}

// idTokenHint returns how to verify hints under the given keys. That an ID token has
// expired does not matter (OpenID Connect Core 1.0 section 3.1.2.1).
func idTokenHint(set *keys.Set, issuer string, client *clients.Client) hint {
	return func(idToken, clientID string) (string, bool) {
		token, ok := openHint(set, issuer, idToken)
		if !ok || token.Audience != clientID {
			return "", false
		}
		sub, err := subjects.Hinted(set, client, token.Subject)
		return sub, err == nil
	}
}

// hinted is what a hint says.
type hinted struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
}

func openHint(set *keys.Set, issuer, idToken string) (hinted, bool) {
	var token hinted
	payload, err := set.Verify(keys.TypeIDToken, idToken)
	if err != nil || json.Unmarshal(payload, &token) != nil || token.Issuer != issuer || token.Subject == "" {
		return hinted{}, false
	}
	return token, true
}
