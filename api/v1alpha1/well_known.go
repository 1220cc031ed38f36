package v1alpha1

// Labels and annotations that the operator sets.
const (
	// LabelPartOf marks every Secret that the operator manages; its values are
	// PartOfClient and PartOfKeys. The operator caches no other Secret.
	LabelPartOf = "oauth.grantor.dev/part-of"
	// LabelClientUID names the UID of the OAuthClient that a Secret belongs to.
	LabelClientUID = "oauth.grantor.dev/client-uid"
	// AnnotationClient names the OAuthClient that a Secret belongs to. It is an
	// annotation because the name of a client can be longer than a label value.
	AnnotationClient = "oauth.grantor.dev/client"
	// AnnotationServer names the OAuthServer that a key Secret belongs to.
	AnnotationServer = "oauth.grantor.dev/server"
)

// Values of LabelPartOf.
const (
	PartOfClient = "client"
	PartOfKeys   = "keys"
)

// FieldManager is the name under which the operator writes.
const FieldManager = "grantor-operator"

// KeySecretName returns the name of the Secret, beside the OAuthServer, that
// holds its signing keys, root keys and peppers.
func KeySecretName(server string) string { return server + "-oauth-keys" }

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
