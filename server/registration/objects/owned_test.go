package objects

import (
	"reflect"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/registered"
)

// Another client secret leaves all that somebody edited as it is.
func TestAnotherSecretChangesNothingElse(t *testing.T) {
	c, err := clientOf(read(t, `{"client_name":"App","redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"client_secret_post"}`), here)
	if err != nil {
		t.Fatal(err)
	}
	object := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: "apps", Name: "reg-a"}, Spec: *c.Spec.DeepCopy()}
	object.Spec.DisplayName, object.Spec.RedirectURIs = "Edited", []oauthv1alpha1.RedirectURI{"https://app.example/edited"}
	object.Spec.Secret.Derived.Generation = 4
	want := object.Spec.DeepCopy()
	want.Secret.Derived.Generation = 5
	next := withSecret(registered.Client{Spec: *c.Spec.DeepCopy(), Software: "tool"}, object, 5)
	if next.Software != "tool" || object.Spec.Secret.Derived.Generation != 4 {
		t.Errorf("it is registered as %+v", next)
	}
	if registered.Carry(&object.Spec, next); !reflect.DeepEqual(&object.Spec, want) {
		t.Errorf("the OAuthClient becomes %+v", object.Spec)
	}
}

func TestWhatARegistrantIsShown(t *testing.T) {
	object := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: "apps", Name: "reg-a"}}
	object.Spec.DisplayName, object.Spec.LogoURI = "App", "https://app.example/i.png"
	object.Spec.RedirectURIs = []oauthv1alpha1.RedirectURI{"https://app.example/cb"}
	object.Spec.Secret.Derived = &oauthv1alpha1.DerivedSecret{Generation: 2}
	want := Client{ID: "apps.reg-a", Name: "App", LogoURI: "https://app.example/i.png", RedirectURIs: []string{"https://app.example/cb"}, Secret: 2}
	if got := shown(object); !reflect.DeepEqual(got, want) {
		t.Errorf("shown as %+v", got)
	}
	if object.Spec.Authentication.Method = oauthv1alpha1.AuthenticationNone; shown(object).Secret != 0 {
		t.Error("a client without a secret has one")
	}
}
