package manifest

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func TestRefuseSource(t *testing.T) {
	long := strings.Repeat("a", 32)
	c := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "app", UID: uid}}
	for sentence, test := range map[string]struct {
		value string
		kind  corev1.SecretType
		name  string
		part  string
		says  string
	}{
		"32 bytes":                         {value: long},
		"512 bytes":                        {value: strings.Repeat("a", 512)},
		"every character that is allowed":  {value: "!\"#$%&'()*+,-./0189:;<=>?@AZ[\\]^_`az{|}~"},
		"31 bytes":                         {value: long[1:], says: "fewer than 32"},
		"nothing":                          {says: "fewer than 32"},
		"513 bytes":                        {value: strings.Repeat("a", 513), says: "more than 512"},
		"a line break at the end":          {value: long + "\n", says: "line break"},
		"a space within":                   {value: long + " " + long, says: "printable"},
		"a letter beyond ASCII":            {value: long + "\u00e9", says: "printable"},
		"bytes that are no text":           {value: long + "\xff", says: "printable"},
		"a zero byte":                      {value: long + "\x00", says: "printable"},
		"a type of one's own":              {value: long, kind: "example.com/secret"},
		"basic authentication":             {value: long, kind: corev1.SecretTypeBasicAuth},
		"a service account's token":        {value: long, kind: corev1.SecretTypeServiceAccountToken, says: "of type"},
		"a bootstrap token":                {value: long, kind: corev1.SecretTypeBootstrapToken, says: "of type"},
		"a certificate":                    {value: long, kind: corev1.SecretTypeTLS, says: "of type"},
		"a release of Helm":                {value: long, kind: "helm.sh/release.v1", says: "of type"},
		"the tokens of an OAuthToken":      {value: long, part: oauthv1alpha1.PartOfToken, says: "OAuthToken"},
		"the keys of a server":             {value: long, part: oauthv1alpha1.PartOfKeys, says: "OAuthServer"},
		"the passwords of a server":        {value: long, part: oauthv1alpha1.PartOfPasswords, says: "OAuthServer"},
		"the Secret that is to be written": {value: long, name: "app-oauth", says: "itself"},
	} {
		t.Run(sentence, func(t *testing.T) {
			source := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "source"}, Type: corev1.SecretTypeOpaque}
			if test.kind != "" {
				source.Type = test.kind
			}
			if test.name != "" {
				source.Name = test.name
			}
			if test.part != "" {
				source.Labels = map[string]string{oauthv1alpha1.LabelPartOf: test.part}
			}
			got := RefuseSource(source, c, test.value)
			if (got == "") != (test.says == "") || !strings.Contains(got, test.says) {
				t.Errorf("%q, not %q", got, test.says)
			}
			if test.value != "" && strings.Contains(got, test.value) {
				t.Error("the refusal quotes the value")
			}
		})
	}
	if RefuseSource(marked(func(s *corev1.Secret) { s.Name = "former"; s.Annotations[annotationSecretName] = "former" }), c, long) == "" {
		t.Error("the client's own Secret of an old name is accepted, and is about to be deleted")
	}
}
