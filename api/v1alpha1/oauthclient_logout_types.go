package v1alpha1

// ClientLogout is how a client learns that a user signed out.
type ClientLogout struct {
	// backchannelURI is where the server sends a logout token when a user who has
	// signed in to the client signs out (OpenID Connect Back-Channel Logout 1.0):
	// https, or http with the name of a Service, app.team.svc or
	// app.team.svc.cluster.local, or with a loopback address. Default: none, the client
	// is not notified. Other values are refused. A URI that leads to a loopback,
	// link-local or metadata address is accepted, but never called unless
	// spec.outbound.networks of the OAuthServer names it: the server counts such a
	// notice as refused.
	// +optional
	BackchannelURI BackchannelURI `json:"backchannelURI,omitempty"`
}

// BackchannelURI is where an application listens for logout tokens.
//
// +kubebuilder:validation:MaxLength=2048
// +kubebuilder:validation:XValidation:rule="self.matches('^(https://([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|\\\\[(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,7}:|([0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f]{1,4}|([0-9A-Fa-f]{1,4}:){1,5}(:[0-9A-Fa-f]{1,4}){1,2}|([0-9A-Fa-f]{1,4}:){1,4}(:[0-9A-Fa-f]{1,4}){1,3}|([0-9A-Fa-f]{1,4}:){1,3}(:[0-9A-Fa-f]{1,4}){1,4}|([0-9A-Fa-f]{1,4}:){1,2}(:[0-9A-Fa-f]{1,4}){1,5}|[0-9A-Fa-f]{1,4}:(:[0-9A-Fa-f]{1,4}){1,6}|:((:[0-9A-Fa-f]{1,4}){1,7}|:))\\\\])|http://(([a-z0-9]([a-z0-9-]*[a-z0-9])?\\\\.){2}svc(\\\\.cluster\\\\.local)?|localhost|127\\\\.0\\\\.0\\\\.1|\\\\[::1\\\\]))(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?([/?][!-~]*)?$')",message="must be an https URI, or http on the name of a Service such as app.team.svc or on localhost, 127.0.0.1 or [::1], without user information"
// +kubebuilder:validation:XValidation:rule="!self.contains('#')",message="a back-channel logout URI must not have a fragment (OpenID Connect Back-Channel Logout 1.0 section 2.2)"
// +kubebuilder:validation:XValidation:rule="!self.matches('%([^0-9A-Fa-f]|$|[0-9A-Fa-f]([^0-9A-Fa-f]|$))')",message="a percent sign must begin a percent-encoded octet such as %20 (RFC 3986 section 2.1)"
type BackchannelURI string
