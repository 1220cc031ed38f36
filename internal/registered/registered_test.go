package registered_test

import (
	"reflect"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/registered"
)

func TestNamesOfOAuthClients(t *testing.T) {
	for registration, want := range map[string]string{
		"31dc3612e37c43cb3d48d6f136040d46366a6106": "reg-ghodmexd",
		"0000000000ffffff":                         "reg-aaaaaaaa", "ffffffffff000000": "reg-77777777",
		"": "", "not hexadecimal": "",
	} {
		if got := registered.ClientName(registration); got != want {
			t.Errorf("%s is called %s", registration, got)
		}
	}
}

func TestARegistrationMakesItsOAuthClient(t *testing.T) {
	c := registered.Client{Software: "tool 1.0", Spec: oauthv1alpha1.OAuthClientSpec{
		DisplayName: "Tool", Secret: oauthv1alpha1.ClientSecret{Derived: &oauthv1alpha1.DerivedSecret{Generation: 3}},
	}}
	payload, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	r := &sessionv1alpha1.Registration{ObjectMeta: metav1.ObjectMeta{Name: "r", UID: "u"}, Spec: sessionv1alpha1.RegistrationSpec{
		Namespace: "apps", Client: "reg-a", Registrant: "ci.registrar", Generation: 3, Payload: payload,
	}}
	object, err := registered.Object(r)
	if err != nil {
		t.Fatal(err)
	}
	if object.Namespace != "apps" || object.Name != "reg-a" || !reflect.DeepEqual(object.Spec, c.Spec) {
		t.Errorf("the OAuthClient is %+v", object)
	}
	if !registered.Of(object, r) || registered.Generation(object) != 3 || object.Annotations[oauthv1alpha1.AnnotationRegistrant] != "ci.registrar" ||
		object.Annotations[oauthv1alpha1.AnnotationSoftware] != "tool 1.0" {
		t.Errorf("its marks are %v %v", object.Labels, object.Annotations)
	}
	r.UID = ""
	delete(object.Labels, oauthv1alpha1.LabelRegistered)
	if registered.Of(object, r) {
		t.Error("an OAuthClient without the label belongs to a Registration without a UID")
	}
	if registered.Generation(&oauthv1alpha1.OAuthClient{}) != 0 {
		t.Error("an OAuthClient that was not registered has a generation")
	}
	for _, bad := range []string{"", "{", `{"spec":{},"more":1}`, "[]", `{"spec":{"suspend":"yes"}}`} {
		if _, err := registered.Decode(bad); err == nil {
			t.Errorf("%q is a payload", bad)
		}
	}
}

func TestTheOrderOfSetsMakesNoOtherClient(t *testing.T) {
	client := func(scopes ...oauthv1alpha1.Scope) registered.Client {
		return registered.Client{Spec: oauthv1alpha1.OAuthClientSpec{Scopes: scopes}}
	}
	of := func(c registered.Client) string {
		text, err := c.Canonical()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	given := client("b", "a")
	if of(given) != of(client("a", "b")) || of(given) == of(client("a")) {
		t.Errorf("the clients are %s, %s and %s", of(given), of(client("a", "b")), of(client("a")))
	}
	if given.Spec.Scopes[0] != "b" {
		t.Error("the client was changed")
	}
}

// The payload is stored: a later release must read it.
func TestTheFormatOfAPayload(t *testing.T) {
	const golden = `{"spec":{"serverRef":{"name":"default","namespace":"grantor-system"},"displayName":"Tool","grantTypes":["authorization_code"],"redirectURIs":["https://tool.example/cb"],"scopes":["openid"],"authentication":{"method":"client_secret_basic"},"secret":{"derived":{"generation":1}}},"software":"tool 1.0"}`
	c, err := registered.Decode(golden)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.Encode(); err != nil || again != golden {
		t.Errorf("it is written as %s, %v", again, err)
	}
}
