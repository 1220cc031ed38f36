package v1alpha1

// PKCE says whether a client must send a code challenge.
//
// +kubebuilder:validation:Enum=Auto;Required;Optional
type PKCE string

// Whether a client must send a code challenge.
const (
	PKCEAuto     PKCE = "Auto"
	PKCERequired PKCE = "Required"
	PKCEOptional PKCE = "Optional"
)

// PushedAuthorization says whether authorization requests must be pushed (RFC 9126).
//
// +kubebuilder:validation:Enum=Optional;Required
type PushedAuthorization string

// Whether authorization requests must be pushed.
const (
	PushedAuthorizationOptional PushedAuthorization = "Optional"
	PushedAuthorizationRequired PushedAuthorization = "Required"
)

// ConsentMode says when a user is asked for consent.
//
// +kubebuilder:validation:Enum=Remember;Prompt;Skip
type ConsentMode string

// When a user is asked for consent.
const (
	ConsentRemember ConsentMode = "Remember"
	ConsentPrompt   ConsentMode = "Prompt"
	ConsentSkip     ConsentMode = "Skip"
)

// StartPage says whether the start page lists an application.
//
// +kubebuilder:validation:Enum=Show;Hide
type StartPage string

// Whether the start page lists an application.
const (
	StartPageShow StartPage = "Show"
	StartPageHide StartPage = "Hide"
)

// ClientAccess restricts who may sign in to a client: the members of any of the groups,
// and the users. If both are empty, all users may sign in.
type ClientAccess struct {
	// groups whose members may sign in.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	// +kubebuilder:validation:items:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Groups []string `json:"groups,omitempty"`

	// users who may sign in, by their username.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	// +kubebuilder:validation:items:Pattern=`^[^\p{C}\p{Z}]+( [^\p{C}\p{Z}]+)*$`
	Users []string `json:"users,omitempty"`
}

// Origin is a web origin (RFC 6454 section 6.2), as browsers spell it.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=300
// +kubebuilder:validation:XValidation:rule="self.matches('^(https://([a-z0-9]([a-z0-9._-]*[a-z0-9])?|\\\\[(([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|([0-9a-f]{1,4}:){1,7}:|([0-9a-f]{1,4}:){1,6}:[0-9a-f]{1,4}|([0-9a-f]{1,4}:){1,5}(:[0-9a-f]{1,4}){1,2}|([0-9a-f]{1,4}:){1,4}(:[0-9a-f]{1,4}){1,3}|([0-9a-f]{1,4}:){1,3}(:[0-9a-f]{1,4}){1,4}|([0-9a-f]{1,4}:){1,2}(:[0-9a-f]{1,4}){1,5}|[0-9a-f]{1,4}:(:[0-9a-f]{1,4}){1,6}|:((:[0-9a-f]{1,4}){1,7}|:))\\\\])|http://(localhost|127\\\\.0\\\\.0\\\\.1|\\\\[::1\\\\]))(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?$')",message="an origin is https, or http on localhost, 127.0.0.1 or [::1], in lower case and without a path, such as https://app.example or http://localhost:3000"
// +kubebuilder:validation:XValidation:rule="!self.matches('^(https:.*:443|http:.*:80)$')",message="an origin does not name the default port of its scheme; browsers leave it out"
type Origin string

// ClaimMapping copies a claim under another name.
type ClaimMapping struct {
	// name of the claim that is added. A copy replaces the standard claim of the same
	// name, such as nickname. Names to which protocols give a meaning, such as sub or
	// aud, are refused in upper and lower case, because some programs read Sub as sub.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +kubebuilder:validation:Pattern=`^[A-Za-z_][A-Za-z0-9_.:/-]*$`
	// +kubebuilder:validation:XValidation:rule="!(self.lowerAscii() in ['iss','sub','aud','exp','nbf','iat','jti','auth_time','nonce','acr','amr','azp','at_hash','c_hash','s_hash','sid','sub_jwk','events','client_id','scope','cnf','grant_id','act','may_act','active','token_type','typ','alg','kid','sub_id','authorization_details','_claim_names','_claim_sources'])",message="name is a claim that protocols give a meaning to; choose another"
	Name string `json:"name"`

	// from is the standard claim that is copied (OpenID Connect Core 1.0 section
	// 5.1, and groups). The copy appears where its source would: when the scope that
	// covers it was granted. sub is covered by openid.
	// +required
	From ClaimSource `json:"from"`
}

// ClaimSource is a claim that can be copied.
//
// +kubebuilder:validation:Enum=sub;name;given_name;middle_name;family_name;nickname;preferred_username;profile;picture;website;gender;birthdate;locale;zoneinfo;updated_at;email;email_verified;phone_number;phone_number_verified;address;groups
type ClaimSource string
