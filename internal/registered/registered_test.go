package registered_test

import (
	"reflect"
	"strings"
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
		DisplayName: "Tool", Suspend: true, Consent: oauthv1alpha1.ConsentSkip, ServerRef: &oauthv1alpha1.ServerReference{Namespace: "other", Name: "other"}, Secret: oauthv1alpha1.ClientSecret{Derived: &oauthv1alpha1.DerivedSecret{Generation: 3}},
	}}
	payload, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	r := &sessionv1alpha1.Registration{ObjectMeta: metav1.ObjectMeta{Name: "r", UID: "u"}, Spec: sessionv1alpha1.RegistrationSpec{
		Namespace: "apps", Client: "reg-a", Registrant: "ci.registrar", Generation: 3, Payload: payload,
	}}
	r.Namespace, r.Spec.Server = "grantor-system", "default"
	object := registered.Object(r, c)
	wanted := oauthv1alpha1.OAuthClientSpec{
		DisplayName: "Tool", ServerRef: &oauthv1alpha1.ServerReference{Namespace: "grantor-system", Name: "default"},
		Secret: oauthv1alpha1.ClientSecret{Derived: &oauthv1alpha1.DerivedSecret{Generation: 1}},
	}
	if object.Namespace != "apps" || object.Name != "reg-a" || !reflect.DeepEqual(object.Spec, wanted) {
		t.Errorf("the OAuthClient is %+v", object)
	}
	if !registered.Fits(object, r) {
		t.Error("the OAuthClient is of another server")
	}
	for _, change := range []func(*oauthv1alpha1.OAuthClientSpec){
		func(s *oauthv1alpha1.OAuthClientSpec) { s.ServerRef = nil }, func(s *oauthv1alpha1.OAuthClientSpec) { s.ServerRef = c.Spec.ServerRef },
		func(s *oauthv1alpha1.OAuthClientSpec) { s.Secret.Derived = nil },
	} {
		other := object.DeepCopy()
		if change(&other.Spec); registered.Fits(other, r) {
			t.Errorf("it could be %+v", other.Spec)
		}
	}
	if !registered.Of(object, r) || registered.Generation(object) != 3 || object.Annotations[oauthv1alpha1.AnnotationRegistrant] != "ci.registrar" ||
		object.Annotations[oauthv1alpha1.AnnotationSoftware] != "tool 1.0" {
		t.Errorf("its marks are %v %v", object.Labels, object.Annotations)
	}
	if object.Annotations[oauthv1alpha1.AnnotationRegistration] != "r" {
		t.Errorf("it does not name its Registration: %v", object.Annotations)
	}
	c.Spec.PKCE = oauthv1alpha1.PKCEOptional
	if registered.Object(r, c).Spec.PKCE != oauthv1alpha1.PKCEOptional {
		t.Error("a client that may do without PKCE may not")
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
	restored := given
	restored.RegistrantUID = "another"
	if restored.NamespaceUID = "other"; of(restored) != of(given) || restored.NamespaceUID == "" {
		t.Error("in a restored cluster it is another client")
	}
	if given.Spec.Scopes[0] != "b" {
		t.Error("the client was changed")
	}
}

// What metadata cannot say stays.
func TestHardeningStays(t *testing.T) {
	for binding, want := range map[oauthv1alpha1.AccessTokenBinding]oauthv1alpha1.AccessTokenBinding{
		"": "", oauthv1alpha1.AccessTokenBindingDPoP: "", oauthv1alpha1.AccessTokenBindingCertificate: oauthv1alpha1.AccessTokenBindingCertificate,
	} {
		spec := oauthv1alpha1.OAuthClientSpec{}
		spec.Tokens.AccessToken.Binding = binding
		if registered.Carry(&spec, registered.Client{}); spec.Tokens.AccessToken.Binding != want {
			t.Errorf("binding %q becomes %q", binding, spec.Tokens.AccessToken.Binding)
		}
	}
	spec := oauthv1alpha1.OAuthClientSpec{}
	if spec.Authentication.Method = "self_signed_tls_client_auth"; registered.Changeable(&spec) {
		t.Error("metadata replace certificates")
	}
	if spec.Authentication.Method = oauthv1alpha1.AuthenticationNone; !registered.Changeable(&spec) {
		t.Error("a public client cannot change")
	}
}

func TestAmpersandsTakeOneByte(t *testing.T) {
	text, err := registered.Client{Software: "&<>"}.Encode()
	if err != nil || text != `{"spec":{"authentication":{}},"software":"&<>"}` && !strings.Contains(text, `"software":"&<>"`) || strings.HasSuffix(text, "\n") {
		t.Errorf("it is %q, %v", text, err)
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

// A Registration makes the present client secret void, and never a former one count again.
func TestTheGenerationOfASecretGrows(t *testing.T) {
	derived := func(generation int64) oauthv1alpha1.OAuthClientSpec {
		return oauthv1alpha1.OAuthClientSpec{PKCE: oauthv1alpha1.PKCERequired, Secret: oauthv1alpha1.ClientSecret{Derived: &oauthv1alpha1.DerivedSecret{Generation: generation}}}
	}
	for _, test := range []struct{ present, registered, want int64 }{{1, 1, 1}, {1, 2, 2}, {5, 2, 5}, {5, 6, 6}} {
		spec, from := derived(test.present), registered.Client{Spec: derived(test.registered)}
		from.Spec.PKCE = oauthv1alpha1.PKCEOptional
		if registered.Carry(&spec, from); spec.Secret.Derived.Generation != test.want || spec.PKCE != oauthv1alpha1.PKCERequired {
			t.Errorf("%d becomes %+v", test.present, spec)
		}
	}
	spec := oauthv1alpha1.OAuthClientSpec{}
	if registered.Carry(&spec, registered.Client{Spec: derived(2)}); spec.Secret.Derived != nil {
		t.Error("a client with a Secret gets a derived one")
	}
}

// Another secret changes nothing else, and makes whatever secret counts by then void: if
// somebody else just replaced it, the registrant is not told that one.
func TestAnotherSecret(t *testing.T) {
	for _, test := range []struct{ present, registered, want int64 }{{1, 2, 2}, {2, 2, 3}, {5, 2, 6}} {
		edited := oauthv1alpha1.OAuthClientSpec{DisplayName: "Edited", Secret: oauthv1alpha1.ClientSecret{Derived: &oauthv1alpha1.DerivedSecret{Generation: test.present}}}
		c := registered.Client{SecretOnly: true, Spec: oauthv1alpha1.OAuthClientSpec{
			DisplayName: "Tool", Scopes: []oauthv1alpha1.Scope{"openid"}, Secret: oauthv1alpha1.ClientSecret{Derived: &oauthv1alpha1.DerivedSecret{Generation: test.registered}},
		}}
		registered.Carry(&edited, c)
		if edited.DisplayName != "Edited" || edited.Scopes != nil || edited.Secret.Derived.Generation != test.want {
			t.Errorf("%+v gives %+v", test, edited)
		}
		if made := registered.Object(&sessionv1alpha1.Registration{}, c); made.Spec.DisplayName != "Tool" || made.Spec.Secret.Derived.Generation != 1 {
			t.Errorf("an OAuthClient that is not there yet becomes %+v", made.Spec)
		}
	}
	carried := oauthv1alpha1.OAuthClientSpec{Secret: oauthv1alpha1.ClientSecret{Derived: &oauthv1alpha1.DerivedSecret{Generation: 2}}}
	if registered.Carry(&carried, registered.Client{SecretOnly: true}); carried.Secret.Derived.Generation != 2 {
		t.Error("a secret is replaced by none")
	}
	without := oauthv1alpha1.OAuthClientSpec{}
	if registered.Carry(&without, registered.Client{SecretOnly: true}); without.Secret.Derived != nil {
		t.Error("a client without a secret gets one")
	}
}
