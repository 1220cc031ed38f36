package lifecycle

import (
	"errors"
	"maps"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

// Users who may write Secrets cannot give a client that has credentials a secret of
// their choice by the mark of a backup.
func TestMarkOfABackupGivesNoSecret(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "marked")
	value(t, g, c)
	secret := g.Secret(t, c)
	chosen := strings.Repeat("chosen-by-a-person-", 3)
	annotations := maps.Clone(secret.Annotations)
	annotations[oauthv1alpha1.AnnotationRestored] = "true"
	forged := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: c.Namespace, Name: secret.Name, Annotations: annotations,
			Labels: map[string]string{oauthv1alpha1.LabelPartOf: oauthv1alpha1.PartOfClient},
		},
		Data: map[string][]byte{"client_id": secret.Data["client_id"], "client_secret": []byte(chosen)},
	}
	// The operator may write the Secret again in between.
	for tries := 0; ; tries++ {
		err := errors.Join(client.IgnoreNotFound(g.Admin.Delete(t.Context(), secret.DeepCopy())), g.Admin.Create(t.Context(), forged.DeepCopy()))
		if err == nil {
			break
		}
		if tries == 50 {
			t.Fatal(err)
		}
	}
	now := awaitSecret(t, g, c, "a client secret of the operator's", func(s *corev1.Secret) bool {
		neverAuthenticates(t, g, c, chosen, "the chosen value")
		return string(s.Data["client_secret"]) != chosen
	})
	authenticates(t, g, c, string(now.Data["client_secret"]), endToEnd)
	neverAuthenticates(t, g, c, chosen, "the chosen value, later")
}
