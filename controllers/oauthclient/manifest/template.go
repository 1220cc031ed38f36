package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/secrettemplate"
	"github.com/grantor-dev/grantor/internal/serverspec"
)

// annotationTemplate lists the labels and annotations that a template set, so that
// they can be taken off again.
const annotationTemplate = "oauth.grantor.dev/template-metadata"

// ErrTemplate says that a template fails with the values of the client.
var ErrTemplate = errors.New("spec.secret.template")

// CheckTemplate tries the client's template, with another value than the client
// secret, before anything is made or written.
func CheckTemplate(in Inputs) error {
	template := in.Client.Spec.Secret.Template
	if template == nil {
		return nil
	}
	if err := secrettemplate.CheckMetadata(plain(template.Metadata.Labels), plain(template.Metadata.Annotations)); err != nil {
		return fmt.Errorf("%w.%w", ErrTemplate, err)
	}
	_, err := data(in, strings.Repeat("x", maxSource))
	return err
}

// addTemplate adds what the template makes to the data of a Secret.
func addTemplate(in Inputs, value string, to map[string][]byte, taken func(string) bool) error {
	template := in.Client.Spec.Secret.Template
	if template == nil {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(template.Data)) {
		if taken(key) {
			return fmt.Errorf("%w.data: spec.secret.keys uses the key %q; rename one of them", ErrTemplate, key)
		}
	}
	made, err := secrettemplate.Render(plain(template.Data), templateValues(in, value))
	if err != nil {
		return fmt.Errorf("%w.%w", ErrTemplate, err)
	}
	maps.Copy(to, made)
	return nil
}

func templateValues(in Inputs, value string) secrettemplate.Values {
	spec, urls, internal := in.Client.Spec, serverspec.EndpointsFor(in.Server, in.Client), internalEndpoints(in)
	return secrettemplate.Values{
		"clientID":                           in.Client.ClientID(),
		"clientSecret":                       value,
		"issuer":                             in.Server.Spec.Issuer,
		"authorizationEndpoint":              urls.Authorization,
		"tokenEndpoint":                      urls.Token,
		"userinfoEndpoint":                   urls.Userinfo,
		"endSessionEndpoint":                 urls.EndSession,
		"introspectionEndpoint":              urls.Introspection,
		"revocationEndpoint":                 urls.Revocation,
		"jwksURI":                            urls.JWKS,
		"pushedAuthorizationRequestEndpoint": urls.PushedAuthorizationRequest,
		"deviceAuthorizationEndpoint":        urls.DeviceAuthorization,
		"internalTokenEndpoint":              internal.Token,
		"internalIntrospectionEndpoint":      internal.Introspection,
		"internalJWKSURI":                    internal.JWKS,
		"caCertificate":                      in.Server.Status.CertificateAuthorities,
		"namespace":                          in.Client.Namespace,
		"name":                               in.Client.Name,
		"redirectURIs":                       texts(spec.RedirectURIs),
		"scopes":                             texts(spec.Scopes),
	}
}

func texts[S ~string](list []S) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		out = append(out, string(s))
	}
	return out
}

func plain[S ~string](m map[string]S) map[string]string {
	out := make(map[string]string, len(m))
	for key, s := range m {
		out[key] = string(s)
	}
	return out
}

// templateKeys are the labels and annotations that a template set.
type templateKeys struct {
	Labels      []string `json:"labels,omitempty"`
	Annotations []string `json:"annotations,omitempty"`
}

// SetTemplateMetadata puts the template's labels and annotations on the Secret, and
// takes off those of the previous template.
func SetTemplateMetadata(secret *corev1.Secret, template *oauthv1alpha1.SecretTemplate) {
	var previous templateKeys
	// What cannot be read was edited by hand, and its keys are the editor's.
	_ = json.Unmarshal([]byte(secret.Annotations[annotationTemplate]), &previous)
	takeOff(secret.Labels, previous.Labels)
	takeOff(secret.Annotations, previous.Annotations)
	delete(secret.Annotations, annotationTemplate)
	if template == nil || len(template.Metadata.Labels)+len(template.Metadata.Annotations) == 0 {
		return
	}
	for key, value := range template.Metadata.Labels {
		metav1.SetMetaDataLabel(&secret.ObjectMeta, key, string(value))
	}
	for key, value := range template.Metadata.Annotations {
		metav1.SetMetaDataAnnotation(&secret.ObjectMeta, key, string(value))
	}
	// Two lists of strings always have a JSON.
	now, _ := json.Marshal(templateKeys{
		Labels:      slices.Sorted(maps.Keys(template.Metadata.Labels)),
		Annotations: slices.Sorted(maps.Keys(template.Metadata.Annotations)),
	})
	metav1.SetMetaDataAnnotation(&secret.ObjectMeta, annotationTemplate, string(now))
}

func takeOff(from map[string]string, keys []string) {
	for _, key := range keys {
		delete(from, key)
	}
}

// secretType returns the type of the client's Secret. That the schema refuses the
// types of Kubernetes is not relied on: some of them make the cluster act.
func secretType(c *oauthv1alpha1.OAuthClient) corev1.SecretType {
	return TypeOf(c.Spec.Secret.Template)
}

// TypeOf returns the type of a Secret with a template.
func TypeOf(template *oauthv1alpha1.SecretTemplate) corev1.SecretType {
	if template != nil && template.Type != "" && !ReservedType(template.Type) {
		return corev1.SecretType(template.Type)
	}
	return corev1.SecretTypeOpaque
}

// ReservedType reports whether a type of Secret belongs to Kubernetes or Helm.
func ReservedType(name string) bool {
	domain, _, _ := strings.Cut(name, "/")
	return slices.ContainsFunc([]string{"kubernetes.io", "k8s.io", "helm.sh"}, func(reserved string) bool {
		return domain == reserved || strings.HasSuffix(domain, "."+reserved)
	})
}
