package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ClientSecret shapes the Secret that the operator writes.
//
// +kubebuilder:validation:XValidation:rule="!has(self.from) || !has(self.rotation) || !has(self.rotation.interval) && !has(self.rotation.requestedAt)",message="from cannot be combined with rotation.interval and rotation.requestedAt: the secret is replaced where it comes from"
// +kubebuilder:validation:XValidation:rule="!has(self.derived) || !has(self.name) && !has(self.rotation) && !has(self.from) && !has(self.template)",message="derived cannot be combined with name, rotation, from and template: there is no Secret"
type ClientSecret struct {
	// name of the Secret, in the client's namespace. Default: "<name>-oauth". When
	// it changes, the value moves with it. A Secret of this name that is not the
	// client's is never touched: CredentialsReady=False, reason SecretNotOwned.
	// +optional
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Name string `json:"name,omitempty"`

	// keys renames the keys in the Secret's data, for applications that expect
	// fixed names.
	// +optional
	// +kubebuilder:default={clientID:client_id,clientSecret:client_secret,issuer:issuer,authorizationEndpoint:authorization_endpoint,tokenEndpoint:token_endpoint,userinfoEndpoint:userinfo_endpoint,endSessionEndpoint:end_session_endpoint,introspectionEndpoint:introspection_endpoint,revocationEndpoint:revocation_endpoint,jwksURI:jwks_uri,pushedAuthorizationRequestEndpoint:pushed_authorization_request_endpoint,deviceAuthorizationEndpoint:device_authorization_endpoint,internalTokenEndpoint:internal_token_endpoint,internalIntrospectionEndpoint:internal_introspection_endpoint,internalJWKSURI:internal_jwks_uri,caCertificate:ca.crt}
	Keys SecretKeys `json:"keys,omitzero"`

	// deletionPolicy is what happens to the Secret when the OAuthClient is deleted:
	// Delete (the default) or Retain. Retain also lets an OAuthClient adopt, with its
	// value, the Secret that a previous client of the same name retained, so that you
	// can restore a backup.
	// +optional
	// +kubebuilder:default=Delete
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// rotation is when the client secret is replaced.
	// +optional
	Rotation *SecretRotation `json:"rotation,omitempty"`

	// from provides a client secret of your own: the operator waits until it exists,
	// creates none itself, and follows its changes within 30 seconds; the previous
	// value authenticates for rotation.overlap. If from is removed, the last value
	// stays. Cannot be combined with rotation.interval and rotation.requestedAt.
	// +optional
	From *SecretSource `json:"from,omitempty"`

	// template adds keys, labels and annotations to the Secret, and gives it a type.
	// +optional
	Template *SecretTemplate `json:"template,omitempty"`

	// derived says that the operator writes no Secret, as for a client that registered
	// itself (RFC 7591): the server derives the client secret, if authentication.method has
	// one, from its keys whenever it is needed, and only the registration endpoint tells it.
	// Cannot be combined with name, rotation, from and template, and cannot be set or
	// removed later.
	// +optional
	Derived *DerivedSecret `json:"derived,omitempty"`
}

// DerivedSecret says which client secret the server derives.
type DerivedSecret struct {
	// generation of the client secret. Another one makes the present client secret void,
	// at once; the client gets the next one from the registration endpoint. Never decreases,
	// so that no former client secret counts again.
	// +required
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=9007199254740991
	// +kubebuilder:validation:XValidation:rule="self >= oldSelf",message="generation must not decrease: a former client secret would count again"
	Generation int64 `json:"generation"`
}

// DeletionPolicy is what happens to a Secret when its OAuthClient is deleted.
//
// +kubebuilder:validation:Enum=Delete;Retain
type DeletionPolicy string

// Deletion policies.
const (
	DeletionPolicyDelete DeletionPolicy = "Delete"
	DeletionPolicyRetain DeletionPolicy = "Retain"
)

// SecretKeys names the keys in the Secret's data.
//
// +kubebuilder:validation:XValidation:rule="[self.clientID, self.clientSecret, self.issuer, self.authorizationEndpoint, self.tokenEndpoint, self.userinfoEndpoint, self.endSessionEndpoint, self.introspectionEndpoint, self.revocationEndpoint, self.jwksURI, self.pushedAuthorizationRequestEndpoint, self.deviceAuthorizationEndpoint, self.internalTokenEndpoint, self.internalIntrospectionEndpoint, self.internalJWKSURI, self.caCertificate].all(k, [self.clientID, self.clientSecret, self.issuer, self.authorizationEndpoint, self.tokenEndpoint, self.userinfoEndpoint, self.endSessionEndpoint, self.introspectionEndpoint, self.revocationEndpoint, self.jwksURI, self.pushedAuthorizationRequestEndpoint, self.deviceAuthorizationEndpoint, self.internalTokenEndpoint, self.internalIntrospectionEndpoint, self.internalJWKSURI, self.caCertificate].exists_one(o, o == k))",message="each key needs a name of its own"
type SecretKeys struct {
	// clientID is the key that holds the client ID.
	// +optional
	// +kubebuilder:default=client_id
	ClientID SecretKey `json:"clientID,omitempty"`

	// clientSecret is the key that holds the client secret; absent from the Secret
	// when authentication.method has no client secret.
	// +optional
	// +kubebuilder:default=client_secret
	ClientSecret SecretKey `json:"clientSecret,omitempty"`

	// issuer is the key that holds the issuer URL.
	// +optional
	// +kubebuilder:default=issuer
	Issuer SecretKey `json:"issuer,omitempty"`

	// authorizationEndpoint is the key that holds the authorization endpoint URL.
	// Every client has it and the other endpoints, whatever its grantTypes.
	// +optional
	// +kubebuilder:default=authorization_endpoint
	AuthorizationEndpoint SecretKey `json:"authorizationEndpoint,omitempty"`

	// tokenEndpoint is the key that holds the token endpoint URL.
	// +optional
	// +kubebuilder:default=token_endpoint
	TokenEndpoint SecretKey `json:"tokenEndpoint,omitempty"`

	// userinfoEndpoint is the key that holds the userinfo endpoint URL.
	// +optional
	// +kubebuilder:default=userinfo_endpoint
	UserinfoEndpoint SecretKey `json:"userinfoEndpoint,omitempty"`

	// endSessionEndpoint is the key that holds the URL at which users sign out.
	// +optional
	// +kubebuilder:default=end_session_endpoint
	EndSessionEndpoint SecretKey `json:"endSessionEndpoint,omitempty"`

	// introspectionEndpoint is the key that holds the introspection endpoint URL.
	// +optional
	// +kubebuilder:default=introspection_endpoint
	IntrospectionEndpoint SecretKey `json:"introspectionEndpoint,omitempty"`

	// revocationEndpoint is the key that holds the revocation endpoint URL.
	// +optional
	// +kubebuilder:default=revocation_endpoint
	RevocationEndpoint SecretKey `json:"revocationEndpoint,omitempty"`

	// jwksURI is the key that holds the URL of the public signing keys.
	// +optional
	// +kubebuilder:default=jwks_uri
	JWKSURI SecretKey `json:"jwksURI,omitempty"`

	// pushedAuthorizationRequestEndpoint is the key that holds the URL of the pushed
	// authorization request endpoint (RFC 9126).
	// +optional
	// +kubebuilder:default=pushed_authorization_request_endpoint
	PushedAuthorizationRequestEndpoint SecretKey `json:"pushedAuthorizationRequestEndpoint,omitempty"`

	// deviceAuthorizationEndpoint is the key that holds the URL of the device
	// authorization endpoint (RFC 8628).
	// +optional
	// +kubebuilder:default=device_authorization_endpoint
	DeviceAuthorizationEndpoint SecretKey `json:"deviceAuthorizationEndpoint,omitempty"`

	// internalTokenEndpoint is the key that holds the URL of the token endpoint at the
	// server's Service, which pods can reach even if the host name of the issuer does
	// not resolve yet. It and the other internal URLs are absent unless the operator
	// deployed the server; with spec.tls of the server, they are also absent unless the
	// certificate names the Service. Tokens from it name the issuer. An entry of
	// template.data with this name replaces it.
	// +optional
	// +kubebuilder:default=internal_token_endpoint
	InternalTokenEndpoint SecretKey `json:"internalTokenEndpoint,omitempty"`

	// internalIntrospectionEndpoint is the key that holds the URL of the introspection
	// endpoint at the server's Service, if it has one.
	// +optional
	// +kubebuilder:default=internal_introspection_endpoint
	InternalIntrospectionEndpoint SecretKey `json:"internalIntrospectionEndpoint,omitempty"`

	// internalJWKSURI is the key that holds the URL of the public signing keys at the
	// server's Service, if it has one.
	// +optional
	// +kubebuilder:default=internal_jwks_uri
	InternalJWKSURI SecretKey `json:"internalJWKSURI,omitempty"`

	// caCertificate is the key that holds the certificates (PEM) of the private
	// authority of the pods' certificate: those under ca.crt in the Secret that
	// spec.tls of the server names. Absent if there are none, and replaced by an entry
	// of template.data with this name.
	// +optional
	// +kubebuilder:default=ca.crt
	CACertificate SecretKey `json:"caCertificate,omitempty"`
}

// SecretKey is a key in a Secret's data.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:Pattern=`^[-._a-zA-Z0-9]+$`
// +kubebuilder:validation:XValidation:rule="self != '.' && !self.startsWith('..')",message="a key of a Secret must not be . and must not begin with .."
type SecretKey string

// SecretRotation is when the client secret is replaced.
//
// +kubebuilder:validation:XValidation:rule="!has(self.interval) || !has(self.overlap) || duration(self.overlap) <= duration(self.interval)",message="overlap, which is 1h unless it is set, must not be longer than interval, or more and more secrets authenticate"
type SecretRotation struct {
	// interval is the age at which the client secret is replaced, in whole seconds
	// between 1s and 8760h, such as 720h, and no less than
	// spec.clientSecrets.minRotationInterval of the OAuthServer, which is 1m by default;
	// less gives Accepted=False with reason RotationTooFrequent. Days are not a unit.
	// status.nextRotation says when that is. Default: never. The operator waits a second
	// or two for all replicas of the server before the Secret gets its new value.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('1s') && duration(self) <= duration('8760h')",message="interval must be between 1s and 8760h"
	Interval *metav1.Duration `json:"interval,omitempty"`

	// overlap is how long the previous secret authenticates in addition to the new one.
	// "0s" ends it at once. Between 0s and 720h, such as 90s, 30m or 24h; days are not
	// a unit. Default: 1h.
	// +optional
	// +kubebuilder:default="1h"
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:MaxLength=32
	// +kubebuilder:validation:Pattern=`^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
	// +kubebuilder:validation:XValidation:rule="duration(self) >= duration('0s') && duration(self) <= duration('720h')",message="overlap must be between 0s and 720h"
	Overlap *metav1.Duration `json:"overlap,omitempty"`

	// requestedAt asks for one rotation: each new value makes the operator replace
	// the secret once. A time in the future waits until then.
	// +optional
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=date-time
	// +kubebuilder:validation:Pattern=`^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`
	RequestedAt *metav1.Time `json:"requestedAt,omitempty"`
}
