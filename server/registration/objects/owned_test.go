package objects

import (
	"errors"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/registered"
	"github.com/grantor-dev/grantor/internal/serverspec"
	"github.com/grantor-dev/grantor/server/httpx"
	"github.com/grantor-dev/grantor/server/registration"
	"github.com/grantor-dev/grantor/server/storage/registrations"
)

// Another client secret leaves all that somebody edits as it is, also after it was asked for.
func TestAnotherSecretChangesNothingElse(t *testing.T) {
	c, err := clientOf(read(t, `{"client_name":"App","redirect_uris":["https://app.example/cb"],"token_endpoint_auth_method":"client_secret_post"}`), here)
	if err != nil {
		t.Fatal(err)
	}
	object := &oauthv1alpha1.OAuthClient{Spec: *c.Spec.DeepCopy()}
	object.Spec.Secret.Derived.Generation = 4
	next := withSecret(registered.Client{Spec: *c.Spec.DeepCopy(), Software: "tool"}, 5)
	object.Spec.DisplayName, object.Spec.RedirectURIs, object.Spec.Scopes = "Edited", []oauthv1alpha1.RedirectURI{"https://app.example/edited"}, nil
	want := object.Spec.DeepCopy()
	want.Secret.Derived.Generation = 5
	if next.Software != "tool" || object.Spec.Secret.Derived.Generation != 4 {
		t.Errorf("it is registered as %+v", next)
	}
	if registered.Carry(&object.Spec, next); !reflect.DeepEqual(&object.Spec, want) {
		t.Errorf("the OAuthClient becomes %+v", object.Spec)
	}
}

// A secret is replaced once what was stored before is applied, and told only if it is the one
// that replaced the former.
func TestWhenASecretIsReplaced(t *testing.T) {
	now := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	object := &oauthv1alpha1.OAuthClient{ObjectMeta: metav1.ObjectMeta{Namespace: "apps", Name: "reg-a", Labels: map[string]string{
		oauthv1alpha1.LabelRegistered: "u", oauthv1alpha1.LabelRegisteredGeneration: "2",
	}}}
	object.Spec.Authentication.Method, object.Spec.Secret.Derived = oauthv1alpha1.AuthenticationPost, &oauthv1alpha1.DerivedSecret{Generation: 3}
	server := &oauthv1alpha1.OAuthServer{}
	server.Spec.Registration = &oauthv1alpha1.ServerRegistration{Namespaces: []oauthv1alpha1.RegistrationNamespaces{
		{Name: "apps", Tokens: &oauthv1alpha1.RegistrationTokens{Clients: []string{"ci.registrar"}}},
	}}
	r := &Registrar{Clients: known{object: object}, Now: func() time.Time { return now }, Settings: func() *serverspec.Settings { s := serverspec.Of(server); return &s }}
	for name, test := range map[string]struct {
		generation int64
		refusal    string
		ok         bool
	}{
		"applied": {2, "", true}, "not applied yet": {3, "", false}, "refused by the operator": {3, "no", true},
	} {
		err := r.mayHaveSecret(object, &registrations.Registration{Namespace: "apps", ClientName: "reg-a", UID: "u", Generation: test.generation, Refusal: test.refusal})
		if (err == nil) != test.ok || err != nil && statusOf(t, err) != http.StatusServiceUnavailable {
			t.Errorf("%s: %v", name, err)
		}
	}
	for generation, want := range map[int64]bool{2: false, 3: true, 4: false} {
		if err := r.isOf(object, generation); (err == nil) != want || err != nil && statusOf(t, err) != http.StatusServiceUnavailable {
			t.Errorf("of generation %d: %v", generation, err)
		}
	}
	r.Clients = known{}
	if err := r.isOf(object, 3); statusOf(t, err) != http.StatusServiceUnavailable {
		t.Errorf("of a client that is gone: %v", err)
	}
}

// What is said of a client that was registered before is of use to whoever is told it.
func TestRegisteredBefore(t *testing.T) {
	for system, want := range map[oauthv1alpha1.CompatibilityProfile]string{"": "software_id", oauthv1alpha1.CompatibilityCoder: "another name"} {
		err := registeredBefore(&registration.Metadata{System: system})
		if refusal, ok := errors.AsType[*httpx.Error](err); !ok || refusal.Code != httpx.CodeInvalidClientMetadata || !strings.Contains(refusal.Description, want) {
			t.Errorf("of %q: %v", system, err)
		}
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
