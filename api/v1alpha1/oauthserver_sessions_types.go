package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ServerSessions bounds what the server keeps about people. The bounds are
// approximate: the operator counts at intervals, and servers go by its last count.
type ServerSessions struct {
	// maxGrants is how many Grants the server keeps, between 1 and 10,000,000. While
	// there are as many, no user can authorize an application: the token endpoint
	// answers codes with 503 temporarily_unavailable; refreshing goes on. All servers
	// of a namespace are counted together. The server keeps as many Approvals of devices,
	// and as many Connections, too; while there are as many, the page for devices, or that at
	// which people authorize OAuthTokens, answers 503. Default: 100000, for which an API server
	// needs about 0.7 GiB of memory and etcd 0.2 GB.
	// +optional
	// +kubebuilder:default=100000
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000000
	MaxGrants int64 `json:"maxGrants,omitempty"`

	// maxGrantsPerClient is the same for each client, between 1 and 10,000,000. The last
	// tenth of maxGrants is only for clients that have less than a twentieth of it.
	// Default: 50000.
	// +optional
	// +kubebuilder:default=50000
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000000
	MaxGrantsPerClient int64 `json:"maxGrantsPerClient,omitempty"`

	// maxGrantsPerUser is how many Grants of each client the server keeps for each user,
	// between 1 and 100,000; of all clients together it keeps ten times as many. The
	// operator deletes those beyond that which end first, and servers bound how fast a user
	// can make more. Default: 50.
	// +optional
	// +kubebuilder:default=50
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	MaxGrantsPerUser int64 `json:"maxGrantsPerUser,omitempty"`

	// maxLogins is how many Logins the server keeps, between 1 and 10,000,000. While there
	// are as many, users can sign in only in browsers in which they are signed in: the login
	// page answers 503. Default: the value of maxGrants.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000000
	MaxLogins int64 `json:"maxLogins,omitempty"`

	// maxLoginsPerUser is in how many browsers each user can be signed in, between 1 and
	// 100,000. The operator deletes the Logins beyond that which end first, and servers
	// bound how fast a user can make more. Default: 20.
	// +optional
	// +kubebuilder:default=20
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=100000
	MaxLoginsPerUser int64 `json:"maxLoginsPerUser,omitempty"`

	// maxMarks is how many Marks the server keeps, between 1 and 10,000,000, a fifth of
	// them for each client. While there are as many, clients cannot authenticate with
	// assertions that they sign, or revoke access tokens without a Grant: the server
	// answers 503 temporarily_unavailable. Default: the value of maxGrants.
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10000000
	MaxMarks int64 `json:"maxMarks,omitempty"`

	// kubeconfigRef names a Secret whose key kubeconfig has the kubeconfig of another API
	// server, which keeps the session objects. Default: the API server that has this
	// object. The operator needs the same one, with its flag --session-kubeconfig, or it
	// neither counts nor sweeps them. Needs deployment. Where the Secret is missing, or its
	// kubeconfig cannot be read or names files, nothing is deployed: Deployed=False with
	// reason SecretNotUsable. A pod reads it when it starts; changing the name ends all
	// sessions that the former API server keeps.
	// +optional
	KubeconfigRef *ServerSecretReference `json:"kubeconfigRef,omitempty"`
}

// SessionsStatus is how many session objects there are in the server's namespace.
type SessionsStatus struct {
	// grants is the number of Grants.
	// +optional
	Grants int64 `json:"grants"`

	// logins is the number of Logins.
	// +optional
	Logins int64 `json:"logins"`

	// consents is the number of Consents.
	// +optional
	Consents int64 `json:"consents"`

	// marks is the number of Marks.
	// +optional
	Marks int64 `json:"marks"`

	// approvals is the number of Approvals.
	// +optional
	Approvals int64 `json:"approvals"`

	// connections is the number of Connections.
	// +optional
	Connections int64 `json:"connections"`

	// persons is the number of Persons.
	// +optional
	Persons int64 `json:"persons"`

	// enrollments is the number of Enrollments of users of OAuthIdentityProviders. Those of
	// OAuthUsers are not counted.
	// +optional
	Enrollments int64 `json:"enrollments,omitempty"`

	// countedAt is when they were counted. The operator counts with each sweep and
	// writes only when a number has changed by more than a tenth, or by more than a tenth
	// of what is free, or a bound was reached or left.
	// +optional
	CountedAt *metav1.Time `json:"countedAt,omitempty"`

	// fullClients are the clients that have as many Grants or Marks as a client may have
	// and get no more; those with the most if there are too many.
	// +optional
	// +listType=map
	// +listMapKey=uid
	// +kubebuilder:validation:MaxItems=64
	FullClients []FullClient `json:"fullClients,omitempty"`

	// formerProviders are OAuthIdentityProviders that do not exist, and of whose users there
	// are session objects. 30 days after since, the operator deletes these, also Enrollments:
	// if the OAuthIdentityProvider is applied again before then, its users have their second
	// factors.
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=64
	FormerProviders []FormerProvider `json:"formerProviders,omitempty"`
}

// FormerProvider is an OAuthIdentityProvider that does not exist.
type FormerProvider struct {
	// name is its name.
	// +required
	// +kubebuilder:validation:MaxLength=64
	Name string `json:"name"`

	// since is when the operator found first that it does not exist.
	// +required
	Since metav1.Time `json:"since"`
}

// FullClient is a client that has as many Grants or Marks as a client may have.
type FullClient struct {
	// uid is the UID of the OAuthClient.
	// +required
	// +kubebuilder:validation:MaxLength=64
	UID string `json:"uid"`

	// clientID is its client ID.
	// +optional
	// +kubebuilder:validation:MaxLength=640
	ClientID string `json:"clientID,omitempty"`

	// grants is the number of its Grants.
	// +optional
	Grants int64 `json:"grants,omitempty"`

	// marks is the number of its Marks.
	// +optional
	Marks int64 `json:"marks,omitempty"`
}
