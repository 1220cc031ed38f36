package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthClientSpec describes a client.
//
// +kubebuilder:validation:XValidation:rule="has(self.clientID) == has(oldSelf.clientID) && (!has(self.clientID) || self.clientID == oldSelf.clientID)",message="clientID cannot be changed, set or removed later; create another OAuthClient instead"
// +kubebuilder:validation:XValidation:rule="!has(self.clientID) || !self.clientID.startsWith('https://') || !('client_credentials' in self.grantTypes)",message="grantTypes must not contain client_credentials because clientID is a URL, which cannot be the subject of a token"
// +kubebuilder:validation:XValidation:rule="has(self.serverRef) == has(oldSelf.serverRef) && (!has(self.serverRef) || self.serverRef == oldSelf.serverRef)",message="serverRef cannot be changed, set or removed later; create another OAuthClient instead"
// +kubebuilder:validation:XValidation:rule="!('authorization_code' in self.grantTypes) || (has(self.redirectURIs) && size(self.redirectURIs) > 0) || (has(self.redirectURIsFrom) && size(self.redirectURIsFrom) > 0)",message="redirectURIs or redirectURIsFrom needs at least one entry because grantTypes contains authorization_code, as it does by default"
// +kubebuilder:validation:XValidation:rule="'authorization_code' in self.grantTypes || !has(self.redirectURIs) || size(self.redirectURIs) == 0",message="redirectURIs must be empty because no grant in grantTypes redirects; remove them or add authorization_code"
// +kubebuilder:validation:XValidation:rule="'authorization_code' in self.grantTypes || !has(self.redirectURIsFrom) || size(self.redirectURIsFrom) == 0",message="redirectURIsFrom must be empty because no grant in grantTypes redirects; remove it or add authorization_code"
// +kubebuilder:validation:XValidation:rule="!('refresh_token' in self.grantTypes) || 'authorization_code' in self.grantTypes || 'urn:ietf:params:oauth:grant-type:device_code' in self.grantTypes",message="grantTypes with refresh_token needs authorization_code or urn:ietf:params:oauth:grant-type:device_code, which issue the first refresh token"
// +kubebuilder:validation:XValidation:rule="!has(self.deviceAuthorization) || 'urn:ietf:params:oauth:grant-type:device_code' in self.grantTypes",message="deviceAuthorization needs urn:ietf:params:oauth:grant-type:device_code in grantTypes"
// +kubebuilder:validation:XValidation:rule="has(self.tokenExchange) == ('urn:ietf:params:oauth:grant-type:token-exchange' in self.grantTypes)",message="tokenExchange and urn:ietf:params:oauth:grant-type:token-exchange in grantTypes need each other"
// +kubebuilder:validation:XValidation:rule="self.authentication.method != 'none' || !('urn:ietf:params:oauth:grant-type:token-exchange' in self.grantTypes)",message="authentication.method none cannot use urn:ietf:params:oauth:grant-type:token-exchange, which needs a client that authenticates (RFC 8693 section 2.1)"
// +kubebuilder:validation:XValidation:rule="self.authentication.method != 'none' || !('client_credentials' in self.grantTypes)",message="authentication.method none cannot use client_credentials, which needs a client that authenticates (RFC 6749 section 4.4)"
// +kubebuilder:validation:XValidation:rule="self.authentication.method != 'none' || self.pkce != 'Optional'",message="pkce Optional needs a client that authenticates; a client with authentication.method none has nothing but PKCE (RFC 9700 section 2.1.1)"
// +kubebuilder:validation:XValidation:rule="self.authentication.method in ['client_secret_basic', 'client_secret_post'] || !has(self.secret) || !has(self.secret.rotation)",message="secret.rotation needs a client secret, which only authentication.method client_secret_basic and client_secret_post have"
// +kubebuilder:validation:XValidation:rule="self.authentication.method in ['client_secret_basic', 'client_secret_post'] || !has(self.secret) || !has(self.secret.from)",message="secret.from needs a client secret, which only authentication.method client_secret_basic and client_secret_post have"
// +kubebuilder:validation:XValidation:rule="(has(self.secret) && has(self.secret.derived)) == (has(oldSelf.secret) && has(oldSelf.secret.derived))",message="secret.derived cannot be set or removed later; create another OAuthClient instead"
// +kubebuilder:validation:XValidation:rule="has(self.secret) && has(self.secret.template) && has(self.secret.template.type) ? (has(oldSelf.secret) && has(oldSelf.secret.template) && has(oldSelf.secret.template.type) ? self.secret.template.type == oldSelf.secret.template.type : self.secret.template.type == 'Opaque') : !(has(oldSelf.secret) && has(oldSelf.secret.template) && has(oldSelf.secret.template.type)) || oldSelf.secret.template.type == 'Opaque'",message="secret.template.type cannot be changed, set or removed later; create another OAuthClient instead"
// +kubebuilder:validation:XValidation:rule="(has(self.redirectURIs) ? self.redirectURIs.map(u, size(u)).sum() : 0) + (has(self.postLogoutRedirectURIs) ? self.postLogoutRedirectURIs.map(u, size(u)).sum() : 0) <= 16384",message="redirectURIs and postLogoutRedirectURIs must have at most 16384 characters together"
// +kubebuilder:validation:XValidation:rule="!has(self.requestObject) || !has(self.authentication.jwks) && !has(self.authentication.jwksURI)",message="requestObject must not be set because the keys of authentication also sign authorization requests"
// +kubebuilder:validation:XValidation:rule="self.signedRequests != 'Required' || has(self.requestObject) || has(self.authentication.jwks) || has(self.authentication.jwksURI)",message="signedRequests Required needs the client's keys: authentication.jwks, authentication.jwksURI or requestObject"
// +kubebuilder:validation:XValidation:rule="!has(self.startPage) || self.startPage != 'Show' || has(self.clientURI)",message="startPage Show needs clientURI, to which the start page links"
type OAuthClientSpec struct {
	// serverRef names the OAuthServer that serves this client. Default: the OAuthServer
	// that is marked spec.default. Immutable; it cannot be set or removed later. A
	// server that does not exist gives Accepted=False with reason ServerNotFound, no
	// default server NoDefaultServer, a server that does not take clients from this
	// namespace NamespaceNotAllowed.
	// +optional
	ServerRef *ServerReference `json:"serverRef,omitempty"`

	// clientID is the OAuth client_id (RFC 6749 section 2.2). Default:
	// "<namespace>.<name>". Immutable; it cannot be set or removed later. It must begin
	// with the client's namespace and a dot unless the client is in the server's
	// namespace; otherwise Accepted=False with reason ClientIDNotAllowed. Of two
	// clients with the same ID, the older one keeps it and the other one gets
	// ClientIDConflict. An OAuthClientPolicy can allow other IDs, or fewer. It can also be
	// the URL of a client ID metadata document: the OAuthClient then takes the place of the
	// document, which is not fetched, also while it is suspended or refused for another
	// reason than its ID. Such a URL needs the server's namespace or an OAuthClientPolicy
	// that names its host. It must not begin with "gdr_", as the IDs of clients that
	// register themselves do.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=300
	// +kubebuilder:validation:Pattern=`^([A-Za-z0-9]([A-Za-z0-9._~-]*[A-Za-z0-9])?|https://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?/([A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)$`
	// +kubebuilder:validation:XValidation:rule="!self.startsWith('gdr_')",message="clientID must not begin with gdr_, as the IDs of clients that register themselves do"
	ClientID string `json:"clientID,omitempty"`

	// displayName is what users see when they are asked for consent. Default: the
	// client ID. Control and formatting characters and white space other than single
	// spaces between words are refused.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	DisplayName string `json:"displayName,omitempty"`

	// clientURI is the home page of the application: https, or http on a loopback
	// address. Other values are refused.
	// +optional
	ClientURI WebURI `json:"clientURI,omitempty"`

	// startPage is Show or Hide, the default: whether the start page of the OAuthServer,
	// /applications, lists the application, with displayName and a link to clientURI, to
	// the users that access lets in. Show needs a grant type with which users sign in,
	// authorization_code or that of devices, and clientURI, whose host an OAuthClientPolicy
	// must allow with startPageHosts unless the client is in the server's namespace;
	// otherwise Accepted=False with reason StartPageNotAllowed. Other values are refused.
	// +optional
	StartPage StartPage `json:"startPage,omitempty"`

	// logoURI is the application's logo: https, or http on a loopback address.
	// +optional
	LogoURI WebURI `json:"logoURI,omitempty"`

	// policyURI is the application's privacy policy: https, or http on a loopback
	// address.
	// +optional
	PolicyURI WebURI `json:"policyURI,omitempty"`

	// tosURI is the application's terms of service: https, or http on a loopback
	// address.
	// +optional
	TOSURI WebURI `json:"tosURI,omitempty"`

	// contacts are ways to reach those who are responsible, usually email addresses.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=8
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=320
	// +kubebuilder:validation:items:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Contacts []string `json:"contacts,omitempty"`

	// grantTypes are the grants that the client may use (RFC 6749 section 1.3):
	// authorization_code, refresh_token, client_credentials,
	// urn:ietf:params:oauth:grant-type:device_code (RFC 8628), by which a device or a
	// command line has a user sign in with a browser elsewhere, and
	// urn:ietf:params:oauth:grant-type:token-exchange (RFC 8693), by which the client
	// exchanges tokens that were sent to it; it needs tokenExchange. Default:
	// authorization_code and refresh_token. A token request with a grant that is not
	// listed is answered with unauthorized_client. Every authorization_code or device
	// grant of a client with refresh_token comes with a refresh token.
	// +optional
	// +listType=set
	// +kubebuilder:default={authorization_code,refresh_token}
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=5
	GrantTypes []GrantType `json:"grantTypes,omitempty"`

	// redirectURIs are where the user's browser may return to; required, unless
	// redirectURIsFrom is set, if grantTypes contains authorization_code, and not
	// allowed otherwise. Compared byte for byte, except that the port of a loopback
	// http URI may differ (RFC 8252 section 7.3). A private scheme without a dot, such as
	// that of oc://app, needs PKCE and an OAuthClientPolicy with redirectSchemes;
	// otherwise Accepted=False with reason RedirectSchemeNotAllowed. Together with
	// postLogoutRedirectURIs they have at most 16384 characters.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=32
	RedirectURIs []RedirectURI `json:"redirectURIs,omitempty"`

	// redirectURIsFrom adds redirect URIs made from the hosts of Ingresses and
	// HTTPRoutes in the client's namespace, and follows their changes. The result is in
	// status.redirectURIs and the condition RedirectURIsResolved.
	// +optional
	// +listType=map
	// +listMapKey=kind
	// +listMapKey=name
	// +listMapKey=path
	// +kubebuilder:validation:MaxItems=8
	RedirectURIsFrom []RedirectSource `json:"redirectURIsFrom,omitempty"`

	// postLogoutRedirectURIs are where the user's browser may return to after signing
	// out (OpenID Connect RP-Initiated Logout 1.0). Compared like redirectURIs; a
	// request with any other URI is answered with an error page of the server, and the
	// user stays signed in.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	PostLogoutRedirectURIs []RedirectURI `json:"postLogoutRedirectURIs,omitempty"`

	// logout is how the client learns that a user signed out.
	// +optional
	Logout ClientLogout `json:"logout,omitzero"`

	// allowedOrigins are the web origins whose scripts may call the token, userinfo,
	// revocation and pushed authorization request endpoints (CORS), for single-page
	// applications: https, or http on a loopback address, with the port if it is not the
	// default, in lower case and without a path.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=16
	AllowedOrigins []Origin `json:"allowedOrigins,omitempty"`

	// pkce is Auto (the default), Required or Optional (RFC 7636). With Auto a client
	// with authentication.method none must send a code_challenge; any other must send a
	// code_challenge or, in a request with scope openid, a nonce (RFC 9700 section
	// 2.1.1). Required requires a code_challenge. Optional requires neither, and is for
	// clients that have credentials and run old software. A request that lacks what is
	// required is answered with invalid_request. A code_challenge that was sent is
	// always verified; the only method is S256. If an OAuthClientPolicy requires PKCE,
	// Auto means Required, and Optional gives Accepted=False with reason PKCERequired.
	// +optional
	// +kubebuilder:default=Auto
	PKCE PKCE `json:"pkce,omitempty"`

	// pushedAuthorization is Optional (the default) or Required: whether the client must
	// send its authorization requests to the pushed authorization request endpoint
	// before it redirects the browser (RFC 9126). With Required, an authorization
	// request that was not pushed is answered with invalid_request. If an
	// OAuthClientPolicy or the OAuthServer requires it, Optional means Required; no
	// client is refused because of it. Other values are refused.
	// +optional
	// +kubebuilder:default=Optional
	PushedAuthorization PushedAuthorization `json:"pushedAuthorization,omitempty"`

	// signedRequests is Optional (the default) or Required: whether the client must sign its
	// authorization requests (RFC 9101), whether it pushes them or not. With Required, an
	// authorization request without a request object is answered with invalid_request. If
	// an OAuthClientPolicy requires it, Optional means Required. Required needs keys:
	// those of authentication, or requestObject. Other values are refused.
	// +optional
	// +kubebuilder:default=Optional
	SignedRequests SignedRequests `json:"signedRequests,omitempty"`

	// requestObject has the keys with which the client signs its authorization requests
	// (RFC 9101). A client with authentication.jwks or authentication.jwksURI signs them
	// with those keys, and cannot have it.
	// +optional
	RequestObject *ClientRequestObject `json:"requestObject,omitempty"`

	// consent is Remember (the default: a user is asked once for each scope), Prompt
	// (asked each time) or Skip (never asked). Skip gives the owner of the client
	// tokens of every user who is signed in, so it gives Accepted=False with reason
	// ConsentNotAllowed unless an OAuthClientPolicy allows it. A client with a redirect URI
	// whose scheme is private and has no dot always has Prompt, and cannot have Skip.
	// +optional
	// +kubebuilder:default=Remember
	Consent ConsentMode `json:"consent,omitempty"`

	// deviceAuthorization is for clients whose grantTypes contain
	// urn:ietf:params:oauth:grant-type:device_code (RFC 8628); it is refused at others.
	// +optional
	DeviceAuthorization *DeviceAuthorization `json:"deviceAuthorization,omitempty"`

	// tokenExchange is for clients whose grantTypes contain
	// urn:ietf:params:oauth:grant-type:token-exchange (RFC 8693), which need it; it is
	// refused at others.
	// +optional
	TokenExchange *ClientTokenExchange `json:"tokenExchange,omitempty"`

	// access restricts who may sign in to the client. Default: all users. Other users
	// get access_denied, and their authorizations of the client end within 2 seconds.
	// +optional
	Access ClientAccess `json:"access,omitzero"`

	// login says how users must have signed in to use the client.
	// +optional
	Login ClientLogin `json:"login,omitzero"`

	// subjectType is which claim sub the client gets for a user (OpenID Connect Core
	// 1.0 section 8): public (the default), the same for all clients, or pairwise, one
	// that no other client gets. A pairwise sub depends only on the user and the client
	// ID, so it stays the same when keys change and when the client is created again.
	// Each client ID is a sector of its own: the specification derives sectors from the
	// hosts of redirect URIs, but any tenant could register any host and so join
	// another tenant's sector. A change applies to new tokens only. Other values are
	// refused.
	// +optional
	// +kubebuilder:default=public
	SubjectType SubjectType `json:"subjectType,omitempty"`

	// claims adds claims with names that the application chooses to ID tokens and
	// userinfo.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=32
	Claims []ClaimMapping `json:"claims,omitempty"`

	// scopes are those that the client may ask for; a token request without scope gets
	// a token without scope. A scope that the OAuthServer does not list, or lists as
	// restricted, gives Accepted=False with reason ScopeNotAllowed. An
	// OAuthClientPolicy can allow restricted scopes, or fewer scopes.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	Scopes []Scope `json:"scopes,omitempty"`

	// audiences are the resource servers that the client may request tokens for, in
	// addition to the issuer, which is the default. Allowed are those that the
	// OAuthServer lists, except restricted ones, and client IDs of the client's own
	// namespace; others give Accepted=False with reason AudienceNotAllowed. An
	// OAuthClientPolicy can allow restricted ones and others, or fewer.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=32
	Audiences []Audience `json:"audiences,omitempty"`

	// authentication is how the client proves who it is.
	// +optional
	// +kubebuilder:default={method:client_secret_basic}
	Authentication ClientAuthentication `json:"authentication,omitzero"`

	// secret shapes the Secret that the operator writes.
	// +optional
	Secret ClientSecret `json:"secret,omitzero"`

	// tokens overrides the OAuthServer's defaults for tokens of this client.
	// +optional
	Tokens ClientTokens `json:"tokens,omitzero"`

	// suspend stops the client: its requests are answered with invalid_client, and its
	// tokens are inactive, within 2 seconds. Setting it back to false makes both valid
	// again, unless they have expired. The Secret is kept.
	// +optional
	Suspend bool `json:"suspend,omitempty"`

	// sessionsNotBefore ends everything that was issued to the client before this time,
	// in one write: older tokens are inactive. A time in the future also ends what is
	// issued until then.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	SessionsNotBefore *metav1.Time `json:"sessionsNotBefore,omitempty"`
}
