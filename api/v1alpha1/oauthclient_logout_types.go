package v1alpha1

// ClientLogout is how a client learns that a user signed out.
type ClientLogout struct {
	// backchannelURI is where the server sends a logout token when a user who has
	// signed in to the client signs out (OpenID Connect Back-Channel Logout 1.0):
	// https, or http with the name of a Service in the client's namespace, app.team.svc or
	// app.team.svc.cluster.local. Default: none, the client is not notified. http with
	// another Service or a loopback address gives Accepted=False with reason
	// BackchannelURINotAllowed, unless spec.outbound.networks of the OAuthServer names
	// networks; other values are refused. A URI is called only if it is a Service of the
	// client's namespace that is no alias (ExternalName), or if its address is public or
	// in spec.outbound.networks. The server counts other notices as refused.
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
