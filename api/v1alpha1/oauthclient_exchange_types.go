package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ClientTokenExchange is what a client may exchange tokens for (RFC 8693).
type ClientTokenExchange struct {
	// subjects are whose tokens the client may exchange. A token that none of the entries
	// matches is answered with invalid_request.
	// +required
	// +listType=atomic
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Subjects []TokenExchangeSubject `json:"subjects"`

	// scopes are those that the client gets although the token that it exchanges does not
	// have them. The client must also be allowed to ask for them: by spec.scopes or, for
	// those of an OAuthResource, by the resource; others are left out. For a token of a user,
	// the user must have been asked for them and for the audience, unless an
	// OAuthClientPolicy has tokenExchange: [BeyondConsent]. openid, profile,
	// email, address, phone, groups and offline_access are refused, since they are the
	// user's to allow. Default: none, and a token never has more scopes than the one that
	// it was exchanged for.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:XValidation:rule="!self.exists(s, s in ['openid','profile','email','address','phone','groups','offline_access'])",message="tokenExchange.scopes cannot have openid, profile, email, address, phone, groups or offline_access, which users allow"
	Scopes []Scope `json:"scopes,omitempty"`

	// actor is Required (the default) or Omit: whether tokens say with the claim act that
	// the client acts for the subject (RFC 8693 section 4.1). With Omit the client cannot be
	// told from the subject, which is impersonation; it gives Accepted=False with reason
	// ActorNotAllowed unless an OAuthClientPolicy allows it. Earlier actors are kept in any
	// case. Other values are refused.
	// +optional
	// +kubebuilder:default=Required
	Actor TokenExchangeActor `json:"actor,omitempty"`
}

// TokenExchangeActor is whether an exchanged token names the client that exchanged it.
//
// +kubebuilder:validation:Enum=Required;Omit
type TokenExchangeActor string

// Whether an exchanged token names the client that exchanged it.
const (
	TokenExchangeActorRequired TokenExchangeActor = "Required"
	TokenExchangeActorOmit     TokenExchangeActor = "Omit"
)

// TokenExchangePermission is what a policy allows to clients that exchange tokens.
//
// +kubebuilder:validation:Enum=BeyondConsent
type TokenExchangePermission string

// TokenExchangeBeyondConsent lets clients exchange tokens of users for more than the users were
// asked for.
const TokenExchangeBeyondConsent TokenExchangePermission = "BeyondConsent"

// TokenExchangeSubject is whose tokens a client may exchange.
//
// +kubebuilder:validation:XValidation:rule="[has(self.clients), has(self.serviceAccounts), has(self.federated)].exists_one(given, given)",message="a subject needs exactly one of clients, serviceAccounts and federated"
type TokenExchangeSubject struct {
	// clients are the IDs of those whose access tokens may be exchanged: exactly, or all with
	// the same beginning that ends in . or /, as in shop.* or https://agents.example/*; *
	// alone is all of them. A token that was exchanged before must also be, by its first
	// token, of a client that is listed.
	// The access token must be for the client that exchanges it: have its client ID in aud,
	// be for an OAuthResource with the client in introspectors, or be its own. The client's
	// own ID also allows its ID tokens.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	Clients []SubjectClientPattern `json:"clients,omitempty"`

	// serviceAccounts are those of the server's own cluster whose tokens may be exchanged.
	// The token must have the client ID of the client that exchanges it as its only audience.
	// +optional
	ServiceAccounts *SubjectServiceAccounts `json:"serviceAccounts,omitempty"`

	// federated is a workload elsewhere whose tokens may be exchanged, as in
	// authentication.federated. The token must have the client ID of the client that
	// exchanges it as its only audience.
	// +optional
	Federated *FederatedIdentity `json:"federated,omitempty"`
}

// SubjectServiceAccounts are ServiceAccounts.
type SubjectServiceAccounts struct {
	// namespaces are those of the ServiceAccounts. Default: that of the client.
	// +optional
	// +kubebuilder:default={from:Same}
	Namespaces SubjectNamespaces `json:"namespaces,omitzero"`

	// names are those of the ServiceAccounts. Default: all of the namespaces.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MinLength=1
	// +kubebuilder:validation:items:MaxLength=253
	// +kubebuilder:validation:items:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Names []string `json:"names,omitempty"`
}

// SubjectNamespaces selects namespaces of ServiceAccounts.
//
// +kubebuilder:validation:XValidation:rule="(self.from == 'Selector') == has(self.selector)",message="selector is needed exactly when from is Selector"
// +kubebuilder:validation:XValidation:rule="!has(self.selector) || (!has(self.selector.matchLabels) || size(self.selector.matchLabels) <= 16) && (!has(self.selector.matchExpressions) || size(self.selector.matchExpressions) <= 16)",message="selector has at most 16 labels and 16 expressions"
type SubjectNamespaces struct {
	// from is Same (the client's namespace), All, or Selector.
	// +optional
	// +kubebuilder:default=Same
	From NamespacesFrom `json:"from,omitempty"`

	// selector selects namespaces by their labels; required if from is Selector, and
	// not allowed otherwise. A selector that cannot be parsed selects nothing.
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// SubjectClientPattern is a client ID, or the beginning of one up to a . or / followed by a
// star, or a star alone.
//
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=300
// +kubebuilder:validation:Pattern=`^([\x21-\x29\x2B-\x7E]+|\*|[\x21-\x29\x2B-\x7E]*[./]\*)$`
type SubjectClientPattern string
