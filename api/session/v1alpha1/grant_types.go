package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// LabelSubject is a keyed digest of the subject of a Grant, Login or Consent, by which
// the account page finds what belongs to a user.
const LabelSubject = "session.grantor.dev/subject"

// Grant is one user's authorization of one client, from the redemption of the code to
// the last refresh. Its name is random and part of every token that it issued. It is
// created when the code is redeemed, updated once for each refresh and for the
// revocation, and deleted by the sweeper after the end of the hour in which
// spec.expiresAt lies. To end one by hand, set spec.state to Revoked; a Grant that is
// deleted instead forgets that its code was used.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:categories=oauth-sessions
// +kubebuilder:printcolumn:name="Subject",type=string,JSONPath=`.spec.subject`
// +kubebuilder:printcolumn:name="Client",type=string,JSONPath=`.spec.client`
// +kubebuilder:printcolumn:name="State",type=string,JSONPath=`.spec.state`
// +kubebuilder:printcolumn:name="Expires",type=string,JSONPath=`.spec.expiresAt`
type Grant struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// spec is the authorization.
	// +required
	Spec GrantSpec `json:"spec"`
}

// GrantList is a list of Grants.
//
// +kubebuilder:object:root=true
type GrantList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Grant `json:"items"`
}

// GrantSpec is an authorization. All fields but state are authenticated by the
// payload: a Grant in which one was changed is void.
//
// +structType=atomic
type GrantSpec struct {
	// subject is whose authorization it is: the sub of the tokens.
	// +required
	// +kubebuilder:validation:MaxLength=64
	Subject string `json:"subject"`

	// client is the client ID.
	// +required
	// +kubebuilder:validation:MaxLength=640
	Client string `json:"client"`

	// clientUID is the UID of the OAuthClient. Another OAuthClient with the same client
	// ID has nothing in common with it. That of a client without an OAuthClient, whose ID
	// is the URL of a metadata document, begins with "cimd-".
	// +required
	// +kubebuilder:validation:MaxLength=64
	ClientUID string `json:"clientUID"`

	// scope is what was granted (RFC 6749 section 3.3).
	// +optional
	// +kubebuilder:validation:MaxLength=8300
	Scope string `json:"scope,omitempty"`

	// login names the Login with which the Grant ends; unset if the Grant outlives the
	// Login because of the scope offline_access or the absence of openid.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	Login string `json:"login,omitempty"`

	// generation counts the refreshes.
	// +required
	// +kubebuilder:validation:Minimum=1
	Generation int64 `json:"generation"`

	// state is Active, or Revoked, which ends all tokens of the Grant for good.
	// +required
	// +kubebuilder:validation:XValidation:rule="self == 'Revoked' || oldSelf != 'Revoked'",message="a Grant that was revoked stays revoked"
	State GrantState `json:"state"`

	// issuedAt is when the code was redeemed.
	// +required
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	IssuedAt metav1.Time `json:"issuedAt"`

	// expiresAt is when the Grant ends unless it is refreshed.
	// +required
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	ExpiresAt metav1.Time `json:"expiresAt"`

	// payload is what is private, encrypted and bound to the fields above.
	// +required
	// +kubebuilder:validation:MaxLength=8192
	Payload string `json:"payload"`
}

// GrantState says whether a Grant is valid.
//
// +kubebuilder:validation:Enum=Active;Revoked
type GrantState string

// States of a Grant.
const (
	GrantActive  GrantState = "Active"
	GrantRevoked GrantState = "Revoked"
)
