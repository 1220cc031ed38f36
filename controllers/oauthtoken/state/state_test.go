package state

import (
	"reflect"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var full = State{
	Fingerprint: "f", AccessToken: "a", TokenType: "Bearer", Scopes: []string{"x", "y"}, IssuedAt: at, ExpiresAt: at.Add(time.Hour),
	RefreshToken: "r", AuthorizedBy: "ada", AuthorizedAt: at, Handover: "h", Ended: "AuthorizationRevoked",
	Attempt: &Attempt{Holder: "o", ID: "1", Handover: "h", Unanswered: true},
}

const golden = `{"version":1,"fingerprint":"f","accessToken":"a","tokenType":"Bearer","scopes":["x","y"],"issuedAt":"2026-03-01T12:00:00Z",` +
	`"expiresAt":"2026-03-01T13:00:00Z","refreshToken":"r","authorizedBy":"ada","authorizedAt":"2026-03-01T12:00:00Z","handover":"h",` +
	`"ended":"AuthorizationRevoked","attempt":{"holder":"o","id":"1","handover":"h","unanswered":true}}`

func TestTheFormat(t *testing.T) {
	for text, s := range map[string]State{golden: full, `{"version":1}`: {}} {
		data, err := Encode(s)
		if err != nil || string(data) != text {
			t.Errorf("%v: %s", err, data)
		}
		back, err := Decode([]byte(text))
		if err != nil || !reflect.DeepEqual(back, s) {
			t.Errorf("%v: %+v", err, back)
		}
	}
	for _, text := range []string{"", "{}", "null", `{"version":2}`, `{"version":"1"}`, `[1]`, golden[1:]} {
		if _, err := Decode([]byte(text)); err == nil || err.Error() != errFormat.Error() {
			t.Errorf("%q is read, or quoted: %v", text, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(golden))
	f.Add([]byte(`{"version":1,"issuedAt":"x"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Decode(data)
		if err != nil {
			return
		}
		again, err := Encode(s)
		if err != nil {
			return // a year beyond 9999 has no JSON
		}
		back, err := Decode(again)
		if err != nil || back.RefreshToken != s.RefreshToken || !back.ExpiresAt.Equal(s.ExpiresAt) {
			t.Errorf("%v: %s", err, again)
		}
	})
}

func TestWhenATokenIsValid(t *testing.T) {
	for sentence, test := range map[string]struct {
		state State
		valid bool
	}{
		"there is none":        {State{ExpiresAt: at.Add(time.Hour)}, false},
		"it has not expired":   {State{AccessToken: "a", ExpiresAt: at.Add(time.Second)}, true},
		"it expires now":       {State{AccessToken: "a", ExpiresAt: at}, false},
		"its end is not known": {State{AccessToken: "a"}, true},
	} {
		if test.state.Valid(at) != test.valid {
			t.Errorf("%s: valid or not, wrongly", sentence)
		}
	}
}

func TestWhoseSecretItIs(t *testing.T) {
	token := &oauthv1alpha1.OAuthToken{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "crm", UID: "1"}}
	secret, err := Secret(token, nil, full)
	if err != nil || !Owned(secret, token) || secret.Name != "crm-oauth-state" || secret.Namespace != "team" {
		t.Fatalf("%v: %+v", err, secret.ObjectMeta)
	}
	again, err := Secret(token, secret, full)
	if err != nil || !reflect.DeepEqual(again, secret) {
		t.Errorf("%v: writing it again changes %+v to %+v", err, secret, again)
	}
	if s, err := Of(secret); err != nil || !reflect.DeepEqual(s, full) {
		t.Errorf("%v: it holds %+v", err, s)
	}
	for sentence, change := range map[string]func(*corev1.Secret){
		"another owner":    func(s *corev1.Secret) { s.OwnerReferences[0].UID = types.UID("2") },
		"no owner":         func(s *corev1.Secret) { s.OwnerReferences = nil },
		"no label":         func(s *corev1.Secret) { s.Labels = nil },
		"another's label":  func(s *corev1.Secret) { s.Labels[oauthv1alpha1.LabelTokenUID] = "2" },
		"not a controller": func(s *corev1.Secret) { s.OwnerReferences[0].Controller = nil },
	} {
		other := secret.DeepCopy()
		change(other)
		if Owned(other, token) {
			t.Errorf("a Secret with %s is said to be the OAuthToken's", sentence)
		}
	}
}
