package oauthclient

import (
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

func TestFollow(t *testing.T) {
	for sentence, test := range map[string]struct {
		value  string
		digest []credentials.Credential
		given  string

		change  change
		digests []string
	}{
		"the first value is published":                  {given: "g", change: changeFollowed, digests: []string{"g"}},
		"a published value that is not written yet":     {given: "g", digest: []credentials.Credential{endless(t, "g")}, digests: []string{"g"}},
		"a value that stays":                            {given: "g", value: "g", digest: []credentials.Credential{endless(t, "g")}, digests: []string{"g"}},
		"a value that stays beside former ones":         {given: "g", value: "g", digest: []credentials.Credential{endless(t, "g"), ending(t, "a", time.Hour)}, digests: []string{"g", "a"}},
		"another value is published before the former":  {given: "g", value: "a", digest: []credentials.Credential{endless(t, "a")}, change: changeFollowed, digests: []string{"g", "a"}},
		"an edited Secret gets the given value back":    {given: "g", value: "edited", digest: []credentials.Credential{endless(t, "g")}, digests: []string{"g"}},
		"a lost Secret gets the given value back":       {given: "g", digest: []credentials.Credential{endless(t, "g"), ending(t, "a", time.Hour)}, digests: []string{"g", "a"}},
		"a former value that is given again has no end": {given: "g", value: "a", digest: []credentials.Credential{endless(t, "a"), ending(t, "g", time.Hour)}, change: changeFollowed, digests: []string{"g", "a"}},
		"a change that was taken back before it was written": {
			given: "g", value: "g", digest: []credentials.Credential{endless(t, "unseen"), endless(t, "g")}, change: changeFollowed, digests: []string{"g", "unseen"},
		},
		"a Secret that was adopted by no digest": {given: "g", value: "a", change: changeFollowed, digests: []string{"g"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := facts{
				client: uid, needsSecret: true, given: secret(test.given), credentials: slices.Clone(test.digest), now: noon, pepper: pepper(t),
				mint: func() string { t.Error("a secret was minted"); return secret("new") },
			}
			if test.value != "" {
				f.value = secret(test.value)
			}
			got := decide(f)
			if got.value != f.given || got.change != test.change {
				t.Errorf("value %q with change %q", got.value, got.change)
			}
			if digests := names(got.credentials, "g", "a", "unseen", "edited"); !slices.Equal(digests, test.digests) {
				t.Errorf("digests of %v, not of %v", digests, test.digests)
			}
			if !got.credentials[0].ExpiresAt.IsZero() {
				t.Error("the newest digest expires")
			}
		})
	}
}

// The value of a source stays when the client makes its secrets again.
func TestValueThatWasGivenStays(t *testing.T) {
	got := decide(facts{
		client: uid, needsSecret: true, value: secret("g"), credentials: []credentials.Credential{endless(t, "g")}, now: noon,
		pepper: pepper(t), mint: func() string { t.Error("a secret was minted"); return secret("new") },
	})
	if got.value != secret("g") || got.change != changeNone {
		t.Errorf("the value became another one: %q", got.change)
	}
}

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
			got := refuseSource(source, c, test.value)
			if (got == "") != (test.says == "") || !strings.Contains(got, test.says) {
				t.Errorf("%q, not %q", got, test.says)
			}
			if test.value != "" && strings.Contains(got, test.value) {
				t.Error("the refusal quotes the value")
			}
		})
	}
	if refuseSource(marked(func(s *corev1.Secret) { s.Name = "former"; s.Annotations[annotationSecretName] = "former" }), c, long) == "" {
		t.Error("the client's own Secret of a former name is accepted, and is about to be deleted")
	}
}
