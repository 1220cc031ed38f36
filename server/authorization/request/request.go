package request

import (
	"cmp"
	"slices"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/storage/approvals"
	"github.com/grantor-dev/grantor/server/storage/consents"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// The response modes (OAuth 2.0 Multiple Response Type Encoding Practices, OAuth 2.0
// Form Post Response Mode).
const (
	ModeQuery    = "query"
	ModeFormPost = "form_post"
)

// Request is an authorization request that was checked against its client. It travels
// sealed from page to page.
type Request struct {
	ClientID string `json:"client"`
	// ClientUID makes sure that the client is still the same at the end.
	ClientUID string `json:"uid"`
	// RedirectURI is where the answer goes; RedirectSent says that the request named it.
	RedirectURI  string `json:"uri"`
	RedirectSent bool   `json:"sent,omitempty"`
	Mode         string `json:"mode"`
	// State is returned byte for byte; it need not be text.
	State     []byte   `json:"state,omitempty"`
	Scopes    []string `json:"scopes,omitempty"`
	Audiences []string `json:"audiences,omitempty"`
	// Refreshes says that the client could use refresh tokens when the user was asked: it
	// may get the grant while the page is open.
	Refreshes bool   `json:"refresh,omitempty"`
	Nonce     string `json:"nonce,omitempty"`
	// Challenge is the PKCE challenge.
	Challenge []byte `json:"challenge,omitempty"`
	// Confirmation is what whoever redeems the code must prove to have.
	Confirmation grants.Confirmation `json:"cnf,omitzero"`
	// IDToken and Userinfo are the claims that are asked for one by one, AskedScopes the
	// scopes that cover them.
	IDToken     grants.ClaimSet `json:"idt,omitempty"`
	Userinfo    grants.ClaimSet `json:"uif,omitempty"`
	AskedScopes []string        `json:"asked,omitempty"`
	// Subject is who must sign in (id_token_hint, or the claim sub); empty for any user.
	Subject   string `json:"sub,omitempty"`
	LoginHint string `json:"hint,omitempty"`
	// Locales are the languages that pages should speak (ui_locales).
	Locales string `json:"loc,omitempty"`
	// None forbids to show anything; Login and Consent demand it.
	None    bool `json:"none,omitempty"`
	Login   bool `json:"login,omitempty"`
	Consent bool `json:"consent,omitempty"`
	// MaxAge is how long ago the user may have signed in; nil for any time.
	MaxAge *time.Duration `json:"age,omitempty"`
	// Assurance is what the sign-in should amount to; empty for anything.
	Assurance Assurance `json:"acr,omitempty"`
	// Signed says that the client signed the request (RFC 9101).
	Signed bool `json:"signed,omitempty"`
	// Device is the device that asks; nil for a browser. It has no redirect URI.
	Device *Device `json:"device,omitempty"`
	// Document is what a client without an OAuthClient said of itself when it asked; nil for
	// any other.
	Document *clients.Document `json:"doc,omitempty"`
	// Until is until when that counts; zero for any other.
	Until time.Time `json:"until,omitzero"`
	// Pushed is what a request has that was pushed (RFC 9126); nil for any other.
	Pushed *Pushed `json:"push,omitempty"`
}

// Device is a device that asks (RFC 8628).
type Device struct {
	approvals.Code

	// Typed says that the user typed its code.
	Typed bool `json:"typed,omitempty"`
}

// Pushed makes sure that a request gives one authorization, however often it is loaded.
type Pushed struct {
	// Grant is the name of the Grant of each code that the request gives.
	Grant string `json:"grant"`
	// Until is until when it gives codes. The Grant is kept for longer, so that no code finds
	// that the one before it was forgotten.
	Until time.Time `json:"until"`
}

// Of returns the client of the request as it was when it asked, if it has no OAuthClient.
func (r *Request) Of(client *clients.Client) *clients.Client {
	if client == nil || r.Document == nil || !client.Virtual() {
		return client
	}
	asked := *r.Document
	asked.RedirectURIs = []string{r.RedirectURI}
	return client.Described(asked)
}

// Asks returns what the user is asked for.
func (r *Request) Asks(client *clients.Client) consents.Access {
	return client.Access(r.AllScopes(), r.Audiences, r.Refreshes && r.Offline())
}

// AllScopes returns the scopes that are asked for, also by claims.
func (r *Request) AllScopes() []string {
	scopes := append([]string{}, r.Scopes...)
	for _, scope := range r.AskedScopes {
		scopes = with(scopes, scope)
	}
	return scopes
}

// nonced reports whether the request has a nonce that means something: only one of OpenID
// Connect gets an ID token, which carries it.
func (r *Request) nonced() bool {
	return r.Nonce != "" && slices.Contains(r.Scopes, grants.ScopeOpenID)
}

// Allowed checks what was asked for against the client once more: it can have been
// narrowed while a page was open, and then a code could only fail.
func (r *Request) Allowed(client *clients.Client) error {
	for _, scope := range r.Scopes {
		if !client.MayAsk(scope, r.Audiences) {
			return httpx.InvalidScope(scope)
		}
	}
	for _, audience := range r.Audiences {
		if !client.Targets(audience) {
			return httpx.InvalidTarget()
		}
	}
	if r.Device != nil {
		return nil
	}
	return cmp.Or(r.wasPushed(nil, client), r.wasSigned(nil, client), r.protected(client))
}

// Ended reports whether the request gives no more codes.
func (r *Request) Ended(now time.Time) bool {
	return r.Pushed != nil && !now.Before(r.Pushed.Until) || !r.Until.IsZero() && !now.Before(r.Until)
}

// Answerable reports whether a client may have the answer: at its redirect URI, or by its
// device.
func (r *Request) Answerable(client *clients.Client) bool {
	if r.Device != nil {
		return client.May(string(oauthv1alpha1.GrantDeviceCode))
	}
	return client.Redirects(r.RedirectURI)
}

// Offline reports whether the authorization outlives the Login: that of a device, one of
// OAuth alone, which knows no Login, or one with offline_access (OpenID Connect Core 1.0
// section 11).
func (r *Request) Offline() bool {
	return r.Device != nil || !slices.Contains(r.Scopes, grants.ScopeOpenID) || slices.Contains(r.Scopes, grants.ScopeOffline)
}
