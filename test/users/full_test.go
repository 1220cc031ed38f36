package users

import (
	"fmt"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestAFullSecretIsStored: as many hashes as the operator packs into a Secret are
// no more than the API server takes, field ownership included.
func TestAFullSecretIsStored(t *testing.T) {
	t.Parallel()
	r := room{installation.Room{Installation: shared.Grantor(t), Namespace: shared.Namespace(t)}}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: r.Namespace, Name: "full"}, Data: map[string][]byte{}}
	for i := range 5600 {
		secret.Data[fmt.Sprintf("%036d", i)] = []byte(`{"version":1,"hash":"` + bcryptHash + `"}`)
	}
	if err := r.Admin.Create(t.Context(), secret, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
		t.Fatal(err)
	}
	secret.Data[fmt.Sprintf("%036d", 0)] = []byte(`{"version":1,"hash":"` + argonHash + `"}`)
	if err := r.Admin.Update(t.Context(), secret, client.FieldOwner(oauthv1alpha1.FieldManager)); err != nil {
		t.Error(err)
	}
}
