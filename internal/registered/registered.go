package registered

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

// Client is what an OAuthClient is made of.
type Client struct {
	Spec oauthv1alpha1.OAuthClientSpec `json:"spec"`
	// Software is what the client says that it is.
	Software string `json:"software,omitempty"`
	// NamespaceUID is that of the namespace: one that is made anew under its name is another.
	NamespaceUID string `json:"namespaceUID,omitempty"`
	// RegistrantUID is that of the registrant, likewise; empty for a ServiceAccount.
	RegistrantUID string `json:"registrantUID,omitempty"`
	// SecretOnly says that the OAuthClient gets another client secret and else stays as it is.
	// An operator that does not know the field reads nothing of the payload, and waits.
	SecretOnly bool `json:"secretOnly,omitempty"`
}

// MaxPayload is how long a payload may be, as the schema of Registrations says.
const MaxPayload = 65536

// Encode returns the payload of a Registration.
func (c Client) Encode() (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	// URIs have ampersands, which would take six bytes each.
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(c); err != nil {
		return "", fmt.Errorf("encode registered client: %w", err)
	}
	return strings.TrimSuffix(text.String(), "\n"), nil
}

// Canonical returns the same text for clients that differ only in the order of what is a set, and
// in a restored cluster, whose namespaces have other UIDs.
func (c Client) Canonical() (string, error) {
	c.NamespaceUID, c.RegistrantUID = "", ""
	spec := &c.Spec
	spec.GrantTypes, spec.Scopes = sorted(spec.GrantTypes), sorted(spec.Scopes)
	spec.RedirectURIs, spec.PostLogoutRedirectURIs = sorted(spec.RedirectURIs), sorted(spec.PostLogoutRedirectURIs)
	return c.Encode()
}

func sorted[T ~string](values []T) []T {
	out := slices.Clone(values)
	slices.Sort(out)
	return out
}

// Decode reads the payload of a Registration.
func Decode(payload string) (Client, error) {
	c, decoder := Client{}, json.NewDecoder(bytes.NewReader([]byte(payload)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&c); err != nil {
		return Client{}, fmt.Errorf("decode registered client: %w", err)
	}
	return c, nil
}

// prefix begins the names of OAuthClients that were registered.
const prefix = "reg-"

// nameLength is how much of the name of a Registration is in that of its OAuthClient: eight
// characters of 5 bits.
const nameLength = 8

// ClientName returns the name of the OAuthClient of a Registration. Others could be called
// the same; the label says whose it is.
func ClientName(registration string) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz234567"
	bits, err := strconv.ParseUint(registration[:min(len(registration), nameLength*5/4)], 16, 64)
	if err != nil {
		return ""
	}
	name := strings.Builder{}
	name.WriteString(prefix)
	for i := nameLength - 1; i >= 0; i-- {
		name.WriteByte(alphabet[bits>>(5*i)&31])
	}
	return name.String()
}

// Parts are what the seal of a Registration covers: all but its state and what the operator
// writes.
func Parts(r *sessionv1alpha1.Registration) credentials.Registration {
	s := &r.Spec
	return credentials.Registration{
		r.Namespace, r.Name, s.Server, s.Namespace, s.Client, s.Registrant, strconv.FormatInt(s.Generation, 10), s.Payload,
	}
}

// Of reports whether an OAuthClient was made of a Registration, whatever its generation.
func Of(c *oauthv1alpha1.OAuthClient, r *sessionv1alpha1.Registration) bool {
	return r.UID != "" && c.Labels[oauthv1alpha1.LabelRegistered] == string(r.UID)
}

// Generation returns which generation of its Registration an OAuthClient was made of; 0 for
// none.
func Generation(c *oauthv1alpha1.OAuthClient) int64 {
	generation, err := strconv.ParseInt(c.Labels[oauthv1alpha1.LabelRegisteredGeneration], 10, 64)
	if err != nil {
		return 0
	}
	return generation
}

// Object returns the OAuthClient of a Registration at its server. It says nothing but what
// metadata can say, and that a client may do without PKCE, whatever the payload says.
func Object(r *sessionv1alpha1.Registration, c Client) *oauthv1alpha1.OAuthClient {
	object := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: r.Spec.Namespace, Name: r.Spec.Client}}
	object.Spec.ServerRef = &oauthv1alpha1.ServerReference{Namespace: r.Namespace, Name: r.Spec.Server}
	if c.Spec.PKCE == oauthv1alpha1.PKCEOptional {
		// Clients of some systems know no PKCE (OAuthServer.spec.compatibility).
		object.Spec.PKCE = oauthv1alpha1.PKCEOptional
	}
	c.SecretOnly = false
	Carry(&object.Spec, c)
	object.Spec.Secret.Derived = &oauthv1alpha1.DerivedSecret{Generation: 1}
	Mark(object, r, c)
	return object
}

// Fits reports whether an OAuthClient that exists can be what a Registration says: it belongs to
// the server, and has no Secret.
func Fits(object *oauthv1alpha1.OAuthClient, r *sessionv1alpha1.Registration) bool {
	server := object.Spec.ServerRef
	return object.Spec.Secret.Derived != nil && server != nil && server.Name == r.Spec.Server && (server.Namespace == "" && r.Namespace == object.Namespace || server.Namespace == r.Namespace)
}

// methods are how clients can register to authenticate.
var methods = []oauthv1alpha1.AuthenticationMethod{
	oauthv1alpha1.AuthenticationBasic, oauthv1alpha1.AuthenticationPost, oauthv1alpha1.AuthenticationPrivateKeyJWT, oauthv1alpha1.AuthenticationNone,
}

// Changeable reports whether metadata can say how a client authenticates. If not, somebody who
// may edit the OAuthClient decided on another way.
func Changeable(spec *oauthv1alpha1.OAuthClientSpec) bool {
	return slices.Contains(methods, spec.Authentication.Method)
}

// Carry puts what was registered into the spec of an OAuthClient that exists. What others say
// in it stays, such as suspend.
func Carry(spec *oauthv1alpha1.OAuthClientSpec, c Client) {
	carrySecret(spec.Secret.Derived, c)
	if c.SecretOnly {
		return
	}
	from := &c.Spec
	spec.DisplayName, spec.ClientURI, spec.LogoURI, spec.PolicyURI, spec.TOSURI = from.DisplayName, from.ClientURI, from.LogoURI, from.PolicyURI, from.TOSURI
	spec.GrantTypes, spec.RedirectURIs, spec.PostLogoutRedirectURIs = from.GrantTypes, from.RedirectURIs, from.PostLogoutRedirectURIs
	spec.Scopes, spec.PushedAuthorization = from.Scopes, from.PushedAuthorization
	auth := &spec.Authentication
	auth.Method, auth.JWKS, auth.JWKSURI = from.Authentication.Method, from.Authentication.JWKS, from.Authentication.JWKSURI
	// Metadata know no other binding.
	binding := &spec.Tokens.AccessToken.Binding
	if *binding == "" || *binding == oauthv1alpha1.AccessTokenBindingDPoP {
		*binding = ""
		if from.Tokens.AccessToken.Binding == oauthv1alpha1.AccessTokenBindingDPoP {
			*binding = oauthv1alpha1.AccessTokenBindingDPoP
		}
	}
}

// carrySecret makes the present client secret void if a client gets another. A former one never
// counts again. If somebody else just replaced it, theirs is void: the registrant must not be
// told a secret that is in use.
func carrySecret(present *oauthv1alpha1.DerivedSecret, c Client) {
	next := c.Spec.Secret.Derived
	switch {
	case present == nil || next == nil:
	case next.Generation > present.Generation:
		present.Generation = next.Generation
	case c.SecretOnly:
		present.Generation++
	}
}

// Mark says on an OAuthClient which Registration it is made of.
func Mark(object *oauthv1alpha1.OAuthClient, r *sessionv1alpha1.Registration, c Client) {
	if object.Labels == nil {
		object.Labels = map[string]string{}
	}
	if object.Annotations == nil {
		object.Annotations = map[string]string{}
	}
	object.Labels[oauthv1alpha1.LabelRegistered] = string(r.UID)
	object.Labels[oauthv1alpha1.LabelRegisteredGeneration] = strconv.FormatInt(r.Spec.Generation, 10)
	object.Annotations[oauthv1alpha1.AnnotationRegistrant] = r.Spec.Registrant
	object.Annotations[oauthv1alpha1.AnnotationRegistration] = r.Name
	delete(object.Annotations, oauthv1alpha1.AnnotationSoftware)
	if c.Software != "" {
		object.Annotations[oauthv1alpha1.AnnotationSoftware] = c.Software
	}
}
