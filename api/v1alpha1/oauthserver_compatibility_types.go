package v1alpha1

// CompatibilityProfile is a system whose documented OAuth endpoints the server also has.
//
// +kubebuilder:validation:Enum=cloudron;owncloud;gancio;coder
type CompatibilityProfile string

// Systems whose documented OAuth endpoints the server can also have.
const (
	// CompatibilityCloudron is the OAuth provider that Cloudron had.
	CompatibilityCloudron CompatibilityProfile = "cloudron"
	// CompatibilityOwnCloud is the app oauth2 of ownCloud 10.
	CompatibilityOwnCloud CompatibilityProfile = "owncloud"
	// CompatibilityGancio is the OAuth provider of Gancio.
	CompatibilityGancio CompatibilityProfile = "gancio"
	// CompatibilityCoder is the OAuth provider of Coder.
	CompatibilityCoder CompatibilityProfile = "coder"
)
