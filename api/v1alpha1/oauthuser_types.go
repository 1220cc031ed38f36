package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// OAuthUser is a user who can sign in at every OAuthServer of its namespace. Users who
// may write OAuthUsers there are administrators of these servers.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=oau,categories=oauth
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`
// +kubebuilder:printcolumn:name="Username",type=string,JSONPath=`.spec.username`
// +kubebuilder:printcolumn:name="Email",type=string,JSONPath=`.spec.email`
// +kubebuilder:printcolumn:name="Password",type=string,JSONPath=`.status.conditions[?(@.type=="PasswordReady")].status`
// +kubebuilder:printcolumn:name="Subject",type=string,priority=1,JSONPath=`.status.subject`
// +kubebuilder:printcolumn:name="Reason",type=string,priority=1,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type OAuthUser struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec describes the user.
	// +required
	Spec OAuthUserSpec `json:"spec"`

	// status is what the operator reports. The authorization server does not read it.
	// +optional
	// +kubebuilder:default={observedGeneration:-1}
	Status OAuthUserStatus `json:"status,omitzero"`
}

// OAuthUserList is a list of OAuthUsers.
//
// +kubebuilder:object:root=true
type OAuthUserList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []OAuthUser `json:"items"`
}

// OAuthUserSpec describes a user.
//
// +kubebuilder:validation:XValidation:rule="has(self.subject) == has(oldSelf.subject) && (!has(self.subject) || self.subject == oldSelf.subject)",message="subject cannot be changed, set or removed later; create another OAuthUser instead"
// +kubebuilder:validation:XValidation:rule="!has(self.phoneNumberVerified) || !self.phoneNumberVerified || !has(self.phoneNumber) || self.phoneNumber.startsWith('+')",message="a verified phoneNumber must begin with + and the country code (OpenID Connect Core section 5.1)"
type OAuthUserSpec struct {
	// username is what the user types to log in, compared byte for byte. Immutable.
	// Colons, control and formatting characters, and white space other than single
	// spaces between words are refused. Of two users of a namespace with the same
	// username, the older one keeps it and the other one gets Accepted=False with
	// reason UsernameConflict.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +kubebuilder:validation:Pattern=`^[^\p{C}\p{Z}:]+( [^\p{C}\p{Z}:]+)*$`
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="username cannot be changed; create another OAuthUser instead"
	Username string `json:"username"`

	// subject is how applications identify the user: the claim sub (OpenID Connect Core
	// section 2) is "local:" followed by it. Default: the UID of the object, so that a
	// user who is created again is a different user. Set it to keep the user the same
	// across clusters and backups. Immutable; it cannot be set or removed later. Of two
	// users of a namespace with the same subject, the older one keeps it and the other
	// one gets Accepted=False with reason SubjectConflict.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=58
	// +kubebuilder:validation:Pattern=`^[A-Za-z0-9._~-]+$`
	Subject string `json:"subject,omitempty"`

	// passwordSecretRef names the Secret that holds the hash of the user's password.
	// Without it the user has no password: PasswordReady=False, reason NoPassword.
	// +optional
	PasswordSecretRef *PasswordSecretReference `json:"passwordSecretRef,omitempty"`

	// passwordChange says whether the user may set an own password at /account/password:
	// Allow or Deny (default). An own password is used instead of the one of passwordSecretRef, and
	// replaces the very hash that is there when it is set: it does not count while another
	// hash is there, while there is none, or with Deny, and the password of
	// passwordSecretRef is valid then. It is kept, sealed, in the user's Enrollment.
	// +optional
	PasswordChange PasswordChange `json:"passwordChange,omitempty"`

	// disabled shuts the user out within 2 seconds: the user cannot sign in, and all
	// sessions and tokens of the user are invalid. Accepted=False, reason Disabled.
	// Setting it back to false makes those that have not expired valid again; see
	// sessionsNotBefore.
	// +optional
	Disabled bool `json:"disabled,omitempty"`

	// sessionsNotBefore ends everything that was issued for the user before this time,
	// in one write: older sessions and tokens are invalid. A time in the future also
	// ends what is issued until then.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	SessionsNotBefore *metav1.Time `json:"sessionsNotBefore,omitempty"`

	// groups are the groups that the user is in: the claim groups, with the scope of
	// that name. Names have no white space.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=128
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=128
	// +kubebuilder:validation:items:Pattern=`^[^\p{C}\p{Z}]+$`
	Groups []string `json:"groups,omitempty"`

	// identities are accounts at OAuthIdentityProviders of the namespace that are this user: a
	// person who signs in with one of them is this OAuthUser, with its subject, profile and
	// groups. Sessions that began with an account before it was added end. Removing an account
	// ends all sessions and tokens that the user began with it. If two users of a namespace have
	// the same identity, the older one keeps it and the other one gets Accepted=False with reason
	// IdentityConflict.
	// +optional
	// +listType=map
	// +listMapKey=provider
	// +listMapKey=id
	// +kubebuilder:validation:MaxItems=8
	Identities []UserIdentity `json:"identities,omitempty"`

	OAuthUserProfile `json:",inline"`
}

// UserIdentity is an account at an OAuthIdentityProvider.
type UserIdentity struct {
	// provider is the name of the OAuthIdentityProvider.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^[a-z]([a-z0-9-]*[a-z0-9])?$`
	Provider string `json:"provider"`

	// id is the ID of the account there, which never changes: the sub of an ID token, the number
	// of a GitHub account, the value of the attribute ldap.users.id. It is compared byte for byte.
	// It is the part after the colon in the subject of a user of the provider, unless that begins
	// with ~.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	ID string `json:"id"`
}

// PasswordChange says whether users may set passwords of their own.
//
// +kubebuilder:validation:Enum=Allow;Deny
type PasswordChange string

// Values of PasswordChange.
const (
	PasswordChangeAllow PasswordChange = "Allow"
	PasswordChangeDeny  PasswordChange = "Deny"
)

// PasswordSecretReference names a hash in a Secret of the user's namespace.
type PasswordSecretReference struct {
	// name of the Secret, which the operator only reads. A Secret that does not exist
	// gives PasswordReady=False with reason PasswordSecretNotFound.
	// +required
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Name string `json:"name"`

	// key in the Secret's data whose value is an argon2id hash, a bcrypt hash, or an
	// htpasswd file with a line for this user. Default: password-hash. A missing key
	// gives PasswordReady=False with reason PasswordSecretNotFound, and a value that
	// cannot be used gives PasswordRefused.
	// +optional
	// +kubebuilder:default=password-hash
	Key SecretKey `json:"key,omitempty"`
}
