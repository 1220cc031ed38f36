package clientauth

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/grantor-dev/grantor/internal/clientid"
	"github.com/grantor-dev/grantor/internal/publickeys"
	"github.com/grantor-dev/grantor/server/audit"
	"github.com/grantor-dev/grantor/server/clientdocuments"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// asker is for whom the document of a client is fetched that sends an assertion.
func (a *Authenticator) asker(r *http.Request, form url.Values, sent presented) clientdocuments.Asker {
	return clientdocuments.Asker{
		Holder: a.holder(form, sent.id), Address: a.Address(r),
		Candidate: func(key publickeys.Key) bool {
			return key.Candidate(sent.assertion.Header.Algorithm, sent.assertion.Header.KeyID)
		},
	}
}

// holder returns the Grant of what a client presents that only it was given, empty for none. A
// refresh token does not say whose it is, so a Grant makes the server fetch little.
func (a *Authenticator) holder(form url.Values, id string) string {
	set, err := a.Keys.Current()
	if err != nil {
		return ""
	}
	code, err := grants.OpenCode(set, a.Issuer(), form.Get("code"))
	if err == nil && code.ClientUID == string(clientid.OfSigningDocument(id)) && a.Now().Before(code.ExpiresAt) {
		return code.Grant
	}
	token, err := grants.ParseToken(form.Get("refresh_token"))
	if err == nil && token.Authentic(set, a.Issuer()) {
		return token.Grant
	}
	return ""
}

// undescribed rejects a client whose metadata document says nothing of its keys. That the
// document cannot be fetched now is not the client's fault.
func undescribed(id string, err error) error {
	if refusal, ok := errors.AsType[*httpx.Error](err); ok && refusal.Code == httpx.CodeTemporarilyUnavailable {
		return refusal
	}
	return &rejection{errClientAuthentication, audit.ClientID(id), audit.AssertionFailed}
}
