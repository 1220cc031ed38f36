package v1alpha1

// ClientLogin says how users must have signed in to use a client.
type ClientLogin struct {
	// providers are the names of the OAuthIdentityProviders whose users may use the client, and
	// local for OAuthUsers. The sign-in page offers only these. Other users get access_denied, and
	// their tokens are invalid. Default: all.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=32
	// +kubebuilder:validation:items:Pattern=`^[a-z]([a-z0-9-]*[a-z0-9])?$`
	Providers []string `json:"providers,omitempty"`

	// minimumAssurance is Password (the default) or SecondFactor: what a sign-in must amount to.
	// With SecondFactor, users who have signed in without a second factor are asked for one. What
	// the client got for such a sign-in is not valid: its refresh tokens, and its access tokens at
	// the introspection endpoint, at userinfo, at the gate and in token exchange. A policy can
	// require SecondFactor (require.minimumAssurance): a client that leaves the field out then has
	// it, and Password gives Accepted=False with reason AssuranceRequired.
	// +optional
	MinimumAssurance Assurance `json:"minimumAssurance,omitempty"`
}

// Assurance is what a sign-in amounts to.
//
// +kubebuilder:validation:Enum=Password;SecondFactor
type Assurance string

// What a sign-in amounts to.
const (
	AssurancePassword     Assurance = "Password"
	AssuranceSecondFactor Assurance = "SecondFactor"
)
