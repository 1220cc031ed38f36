package v1alpha1

// Labels and annotations that the operator sets.
const (
	// LabelPartOf marks every Secret that the operator manages and what it deploys for
	// a server, above all its Service; its values are PartOfClient, PartOfKeys,
	// PartOfPasswords, PartOfProviders, PartOfServer and PartOfToken. The operator caches no other Secret, and no
	// EndpointSlice of another Service.
	LabelPartOf = "oauth.grantor.dev/part-of"
	// LabelClientUID names the UID of the OAuthClient that a Secret belongs to.
	LabelClientUID = "oauth.grantor.dev/client-uid"
	// AnnotationClient names the OAuthClient that a Secret belongs to. It is an
	// annotation because the name of a client can be longer than a label value.
	AnnotationClient = "oauth.grantor.dev/client"
	// LabelTokenUID names the UID of the OAuthToken that a Secret belongs to.
	LabelTokenUID = "oauth.grantor.dev/token-uid"
	// AnnotationRestored, with the value "true", says that a client Secret without owner
	// comes from a backup: the OAuthClient that AnnotationClient names takes it over.
	AnnotationRestored = "oauth.grantor.dev/restored"
	// AnnotationServer names the OAuthServer that a key Secret, a password Secret or
	// a deployed object belongs to.
	AnnotationServer = "oauth.grantor.dev/server"
	// LabelServer names the OAuthServer that a deployed object and its pods belong to.
	LabelServer = "oauth.grantor.dev/server"
	// AnnotationServerNamespace names the namespace of that OAuthServer, on deployed
	// objects: some have none themselves.
	AnnotationServerNamespace = "oauth.grantor.dev/server-namespace"
	// AnnotationApplied is a hash of what the operator last said of a deployed object.
	AnnotationApplied = "oauth.grantor.dev/applied"
	// LabelRegistered names the UID of the Registration that an OAuthClient was made of,
	// and LabelRegisteredGeneration the generation that was carried over last.
	LabelRegistered           = "oauth.grantor.dev/registered"
	LabelRegisteredGeneration = "oauth.grantor.dev/registered-generation"
	// AnnotationRegistrant says who registered such an OAuthClient, and AnnotationSoftware
	// what it says that it is: its software_id and software_version.
	AnnotationRegistrant = "oauth.grantor.dev/registrant"
	AnnotationSoftware   = "oauth.grantor.dev/software"
	// AnnotationRegistration is the name of the Registration of such an OAuthClient.
	AnnotationRegistration = "oauth.grantor.dev/registration"
)

// Values of LabelPartOf.
const (
	PartOfClient    = "client"
	PartOfKeys      = "keys"
	PartOfPasswords = "passwords"
	PartOfProviders = "providers"
	PartOfServer    = "server"
	PartOfToken     = "token"
)

// FieldManager is the name under which the operator writes.
const FieldManager = "grantor-operator"

// KeySecretName returns the name of the Secret, beside the OAuthServer, that
// holds its signing keys, root keys and peppers.
func KeySecretName(server string) string { return server + "-oauth-keys" }

// PasswordSecretName returns the name of the Secret, beside the OAuthServer, into
// which the operator copies the password hashes of its users.
func PasswordSecretName(server string) string { return server + "-oauth-passwords" }

// ProviderSecretName returns the name of the Secret, beside the OAuthServer, into which the
// operator copies the secrets that its OAuthIdentityProviders name.
func ProviderSecretName(server string) string { return server + "-oauth-providers" }

// ServiceName returns the name of the Service, beside the OAuthServer, whose
// endpoints are the server's replicas. It carries LabelPartOf, as its
// EndpointSlices then do.
func ServiceName(server string) string { return server + "-oauth" }

// InternalPortName is the name, in that Service, of the port with /healthz, /readyz
// and /metrics, on which the operator asks what a replica has loaded.
const InternalPortName = "internal"

// MTLSPort is the port, of the pods and in that Service, for clients with certificates.
const MTLSPort = 8444

// SubjectPrefix begins the subject of every OAuthUser. A client ID contains no
// colon, so that the two never meet.
const SubjectPrefix = "local:"

// Subject returns the claim sub that u claims: spec.subject or the UID, behind
// SubjectPrefix.
func (u *OAuthUser) Subject() string {
	if u.Spec.Subject != "" {
		return SubjectPrefix + u.Spec.Subject
	}
	return SubjectPrefix + string(u.UID)
}

// ClientSecretName returns the name of a client's Secret: spec.secret.name, or
// the client's name with "-oauth" behind it.
func (c *OAuthClient) ClientSecretName() string {
	if c.Spec.Secret.Name != "" {
		return c.Spec.Secret.Name
	}
	return c.Name + "-oauth"
}

// ClientID returns the client ID that c claims: spec.clientID, or
// "<namespace>.<name>". A name can contain dots and a namespace cannot, so two
// clients never share a default.
func (c *OAuthClient) ClientID() string {
	if c.Spec.ClientID != "" {
		return c.Spec.ClientID
	}
	return c.Namespace + "." + c.Name
}
