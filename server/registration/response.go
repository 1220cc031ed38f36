package registration

import (
	"strings"
	"time"
)

// Response is the registered client (RFC 7591 section 3.2.1): Metadata as the server has
// changed it, and what the client needs.
type Response struct {
	Metadata

	ClientID string
	// IssuedAt is when the ID was issued.
	IssuedAt time.Time
	// Secret is empty for a client without one. SecretExpiresAt is zero for never.
	Secret          string
	SecretExpiresAt time.Time
	// AccessToken and ClientURL are for managing the client (RFC 7592 section 3); empty if it
	// cannot be managed.
	AccessToken, ClientURL string
}

// body is a Response as it is sent.
type body struct {
	ClientID        string   `json:"client_id"`
	IssuedAt        int64    `json:"client_id_issued_at"`
	Secret          string   `json:"client_secret,omitempty"`
	SecretExpiresAt *int64   `json:"client_secret_expires_at,omitempty"`
	AccessToken     string   `json:"registration_access_token,omitempty"`
	ClientURL       string   `json:"registration_client_uri,omitempty"`
	Name            string   `json:"client_name,omitempty"`
	RedirectURIs    []string `json:"redirect_uris,omitempty"`
	PostLogoutURIs  []string `json:"post_logout_redirect_uris,omitempty"`
	Method          string   `json:"token_endpoint_auth_method"`
	GrantTypes      []string `json:"grant_types"`
	ResponseTypes   []string `json:"response_types,omitempty"`
	Scope           string   `json:"scope,omitempty"`
	Application     string   `json:"application_type,omitempty"`
	ClientURI       string   `json:"client_uri,omitempty"`
	LogoURI         string   `json:"logo_uri,omitempty"`
	PolicyURI       string   `json:"policy_uri,omitempty"`
	TermsURI        string   `json:"tos_uri,omitempty"`
	JWKSURI         string   `json:"jwks_uri,omitempty"`
	JWKS            any      `json:"jwks,omitempty"`
	SoftwareID      string   `json:"software_id,omitempty"`
	SoftwareVersion string   `json:"software_version,omitempty"`
	DPoPBound       bool     `json:"dpop_bound_access_tokens,omitempty"`
	Pushed          bool     `json:"require_pushed_authorization_requests,omitempty"`
}

// Body returns what is sent as JSON.
func (r *Response) Body() any {
	b := body{
		ClientID: r.ClientID, IssuedAt: r.IssuedAt.Unix(), Secret: r.Secret, AccessToken: r.AccessToken, ClientURL: r.ClientURL,
		Name: r.Name, RedirectURIs: r.RedirectURIs, PostLogoutURIs: r.PostLogoutRedirectURIs, Method: r.Method, GrantTypes: r.GrantTypes,
		ResponseTypes: r.ResponseTypes, Scope: strings.Join(r.Scopes, " "), Application: r.Application,
		ClientURI: r.ClientURI, LogoURI: r.LogoURI, PolicyURI: r.PolicyURI, TermsURI: r.TermsURI, JWKSURI: r.JWKSURI,
		SoftwareID: r.SoftwareID, SoftwareVersion: r.SoftwareVersion, DPoPBound: r.DPoPBound, Pushed: r.Pushed,
	}
	if r.JWKS != nil {
		b.JWKS = r.JWKS
	}
	if r.Secret != "" {
		// RFC 7591 section 3.2.1: required with a secret, and 0 for never.
		expires := int64(0)
		if !r.SecretExpiresAt.IsZero() {
			expires = r.SecretExpiresAt.Unix()
		}
		b.SecretExpiresAt = &expires
	}
	return b
}
