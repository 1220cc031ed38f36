package devices

import (
	"fmt"
	"sync/atomic"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

var users atomic.Int64

// newUser returns a browser in which a new user has signed in, and the name of the user.
func newUser(t testing.TB) (v *installation.Visitor, name string) {
	t.Helper()
	g, name := shared.Grantor(t), fmt.Sprintf("user%d", users.Add(1))
	meta := metav1.ObjectMeta{Namespace: devenv.SystemNamespace, Name: name}
	user := &oauthv1alpha1.OAuthUser{ObjectMeta: meta}
	user.Spec.Username, user.Spec.PasswordSecretRef = name, &oauthv1alpha1.PasswordSecretReference{Name: name}
	for _, object := range []client.Object{&corev1.Secret{ObjectMeta: meta, Data: map[string][]byte{"password-hash": installation.CheapHash("right")}}, user} {
		if err := g.Admin.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	v = visitor(t)
	installation.Eventually(t, convergence, func() bool {
		view := v.SignIn(t, v.Get(t, g.Issuer+"/account"), name, "right")
		_, again := view.LoginForm()
		return !again
	}, func() string { return "user who can sign in" })
	return v, name
}
