package request

import (
	"net/url"
	"unicode/utf8"

	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/flow"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/keys"
	"github.com/grantor-dev/grantor/server/subjects"
)

// Hint returns the sub by which a client may ask for the user of an ID token that this
// server issued to it, also one that has expired, and false for anything else.
type Hint func(idToken, clientID string) (string, bool)

func (r *Request) readHints(form url.Values, verify Hint) error {
	if text := form.Get("login_hint"); len(text) <= maxHint && utf8.ValidString(text) {
		r.LoginHint = text
	}
	if locales := form.Get("ui_locales"); len(locales) <= flow.MaxLocales && utf8.ValidString(locales) {
		r.Locales = locales
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
		return httpx.BadRequest(httpx.CodeInvalidRequest, "The id_token_hint and the claim sub name different users.")
	}
	r.Subject = subject
	return nil
}

// IDTokenHint returns how to verify hints under the given keys.
func IDTokenHint(set *keys.Set, issuer string, client *clients.Client) Hint {
	return func(idToken, clientID string) (string, bool) {
		token, ok := flow.OpenHint(set, issuer, idToken)
		if !ok || token.Audience != clientID {
			return "", false
		}
		sub, err := subjects.Hinted(set, client, token.Subject)
		return sub, err == nil
	}
}
