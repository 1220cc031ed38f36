package manifest

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// marked returns a Secret with the marks that the operator writes.
func marked(change ...func(*corev1.Secret)) *corev1.Secret {
	s := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "team", Name: "app-oauth",
			Labels:          map[string]string{oauthv1alpha1.LabelPartOf: oauthv1alpha1.PartOfClient, oauthv1alpha1.LabelClientUID: string(uid)},
			Annotations:     map[string]string{oauthv1alpha1.AnnotationClient: "app", annotationSecretName: "app-oauth"},
			OwnerReferences: []metav1.OwnerReference{controlledBy("OAuthClient", "app", uid)},
		},
		Type: corev1.SecretTypeOpaque,
	}
	for _, f := range change {
		f(s)
	}
	return s
}

func controlledBy(kind, name string, id types.UID) metav1.OwnerReference {
	yes := true
	return metav1.OwnerReference{APIVersion: oauthv1alpha1.GroupVersion.String(), Kind: kind, Name: name, UID: id, Controller: &yes}
}

func unowned(s *corev1.Secret) { s.OwnerReferences = nil }

func predecessors(s *corev1.Secret) {
	s.OwnerReferences = nil
	s.Labels[oauthv1alpha1.LabelClientUID] = "another-uid"
}

func TestOwned(t *testing.T) {
	for sentence, test := range map[string]struct {
		secret *corev1.Secret
		retain bool
		want   bool
	}{
		"what the operator wrote is the client's own":         {secret: marked(), want: true},
		"a Secret without any mark is not":                    {secret: marked(unowned, func(s *corev1.Secret) { s.Labels, s.Annotations = nil, nil })},
		"the owner reference alone suffices":                  {secret: marked(func(s *corev1.Secret) { s.Labels, s.Annotations = nil, nil }), want: true},
		"the labels alone suffice":                            {secret: marked(unowned), want: true},
		"a copy under another name is not":                    {secret: marked(unowned, func(s *corev1.Secret) { s.Name = "copy" })},
		"the label with the UID alone does not":               {secret: marked(unowned, func(s *corev1.Secret) { delete(s.Labels, oauthv1alpha1.LabelPartOf) })},
		"marks of a key Secret are not those of a client":     {secret: marked(unowned, func(s *corev1.Secret) { s.Labels[oauthv1alpha1.LabelPartOf] = oauthv1alpha1.PartOfKeys })},
		"another controller owns it, whatever its labels say": {secret: marked(func(s *corev1.Secret) { s.OwnerReferences[0] = controlledBy("Deployment", "app", "another-uid") })},
		"a predecessor of the same name owns it":              {secret: marked(func(s *corev1.Secret) { s.OwnerReferences[0] = controlledBy("OAuthClient", "app", "another-uid") })},
		"an owner that is no controller does not matter": {
			secret: marked(func(s *corev1.Secret) {
				s.OwnerReferences[0] = metav1.OwnerReference{Kind: "ConfigMap", Name: "x", UID: "another-uid"}
			}), want: true,
		},
		"a Secret of another type is never the client's own":     {secret: marked(func(s *corev1.Secret) { s.Type = corev1.SecretTypeTLS })},
		"a retained one of a predecessor is left without Retain": {secret: marked(predecessors)},
		"a retained one of a predecessor is taken with Retain":   {secret: marked(predecessors), retain: true, want: true},
		"a retained one of a client of another name is not": {
			secret: marked(predecessors, func(s *corev1.Secret) { s.Annotations[oauthv1alpha1.AnnotationClient] = "other" }), retain: true,
		},
		"a predecessor's owner reference wins over Retain": {
			secret: marked(predecessors, func(s *corev1.Secret) {
				s.OwnerReferences = []metav1.OwnerReference{controlledBy("OAuthClient", "app", "another-uid")}
			}), retain: true,
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "app", UID: uid}}
			if test.retain {
				c.Spec.Secret.DeletionPolicy = oauthv1alpha1.DeletionPolicyRetain
			}
			if got := Owned(test.secret, c); got != test.want {
				t.Errorf("%t, not %t", got, test.want)
			}
		})
	}
}

func TestHolderOf(t *testing.T) {
	former := func(s *corev1.Secret) { s.Annotations[oauthv1alpha1.AnnotationClient] = "former" }
	for sentence, test := range map[string]struct {
		secret   *corev1.Secret
		want     string
		retained bool
	}{
		"another client owns it": {secret: marked(func(s *corev1.Secret) {
			s.OwnerReferences[0] = controlledBy("OAuthClient", "other", "another-uid")
		}), want: `OAuthClient "other"`},
		"another controller owns it, whatever its marks say": {secret: marked(func(s *corev1.Secret) {
			s.OwnerReferences[0] = controlledBy("SealedSecret", "sealed", "another-uid")
		}), want: `SealedSecret "sealed"`},
		"another client retained it":                 {secret: marked(predecessors, former), want: `OAuthClient "former"`, retained: true},
		"an old client of the same name retained it": {secret: marked(predecessors)},
		"a copy belongs to whoever made it":          {secret: marked(predecessors, former, func(s *corev1.Secret) { s.Name = "copy" })},
		"nobody is known":                            {secret: marked(unowned, func(s *corev1.Secret) { s.Labels, s.Annotations = nil, nil })},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "app", UID: uid}}
			if got, retained := holderOf(test.secret, c); got != test.want || retained != test.retained {
				t.Errorf("%q %t, not %q %t", got, retained, test.want, test.retained)
			}
		})
	}
}
