package installation

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// CreateUser creates a user whose password is the username and "-password". The replicas let
// the user in some moments later.
func (i *Installation) CreateUser(t testing.TB, name string, changes ...func(*oauthv1alpha1.OAuthUser)) *oauthv1alpha1.OAuthUser {
	t.Helper()
	meta := metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: name}
	secret := &corev1.Secret{ObjectMeta: meta, Data: map[string][]byte{"password-hash": CheapHash(name + "-password")}}
	user := &oauthv1alpha1.OAuthUser{ObjectMeta: meta}
	user.Spec.Username, user.Spec.PasswordSecretRef = name, &oauthv1alpha1.PasswordSecretReference{Name: name}
	for _, change := range changes {
		change(user)
	}
	for _, object := range []client.Object{secret, user} {
		if err := i.Admin.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	return user
}
