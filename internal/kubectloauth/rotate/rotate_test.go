package rotate

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func at(offset time.Duration) *metav1.Time { return &metav1.Time{Time: noon.Add(offset)} }

// Each request needs a value that was not there before, and must not take the place of one that
// is planned.
func TestRequest(t *testing.T) {
	for name, test := range map[string]struct {
		before *metav1.Time
		want   time.Duration
		error  string
	}{
		"the first":               {nil, 0, ""},
		"after an older one":      {at(-time.Hour), 0, ""},
		"twice in a second":       {at(0), time.Second, ""},
		"three times in a second": {at(time.Second), 2 * time.Second, ""},
		"with a fraction":         {at(300 * time.Millisecond), time.Second, ""},
		"one is planned":          {at(time.Hour), 0, "has a rotation for 2026-11-22T13:00:00Z already (spec.keys.requestedAt)"},
		"one is planned soon":     {at(30 * time.Second), 0, "has a rotation for 2026-11-22T12:00:30Z already"},
	} {
		t.Run(name, func(t *testing.T) {
			server := &oauthv1alpha1.OAuthServer{}
			server.Spec.Keys.RequestedAt = test.before
			got, err := ofKeys(server).request(noon.Add(700 * time.Millisecond))
			if (err == nil) != (test.error == "") || err != nil && !strings.Contains(err.Error(), test.error) {
				t.Fatalf("it ends with %v", err)
			}
			if err == nil && !got.Equal(noon.Add(test.want)) {
				t.Errorf("it asks for %s", got)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	for says, change := range map[string]func(*oauthv1alpha1.OAuthClientSpec){
		"": func(*oauthv1alpha1.OAuthClientSpec) {},
		"has no client secret (spec.authentication.method)": func(s *oauthv1alpha1.OAuthClientSpec) { s.Authentication.Method = oauthv1alpha1.AuthenticationNone },
		"registration endpoint replaces it":                 func(s *oauthv1alpha1.OAuthClientSpec) { s.Secret.Derived = &oauthv1alpha1.DerivedSecret{} },
		`from Secret "own" (spec.secret.from)`:              func(s *oauthv1alpha1.OAuthClientSpec) { s.Secret.From = &oauthv1alpha1.SecretSource{Name: "own"} },
	} {
		c := &oauthv1alpha1.OAuthClient{}
		c.Spec.Authentication.Method = oauthv1alpha1.AuthenticationBasic
		change(&c.Spec)
		if _, err := ofSecret(c); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%v, wanted %q", err, says)
		}
	}
}

func TestSecretComplete(t *testing.T) {
	former := oauthv1alpha1.CredentialStatus{ExpiresAt: at(time.Hour)}
	for name, test := range map[string]struct {
		credentials []oauthv1alpha1.CredentialStatus
		want        bool
	}{
		"none":                        {nil, false},
		"the one before":              {[]oauthv1alpha1.CredentialStatus{{}}, false},
		"of another request":          {[]oauthv1alpha1.CredentialStatus{{RotationRequestedAt: at(-time.Hour)}}, false},
		"published, and not written":  {[]oauthv1alpha1.CredentialStatus{{RotationRequestedAt: at(0)}, {}}, false},
		"written":                     {[]oauthv1alpha1.CredentialStatus{{RotationRequestedAt: at(0)}, former, former}, true},
		"written, without an overlap": {[]oauthv1alpha1.CredentialStatus{{RotationRequestedAt: at(0)}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			if got := written(test.credentials, noon); got != test.want {
				t.Errorf("complete: %v", got)
			}
		})
	}
}

// A key that was made in the second of the request, and before it, is not the one that was asked
// for.
func TestFormerKeys(t *testing.T) {
	object := &oauthv1alpha1.OAuthServer{}
	for _, use := range []oauthv1alpha1.KeyUse{oauthv1alpha1.KeyUseSigning, oauthv1alpha1.KeyUseRoot, oauthv1alpha1.KeyUsePepper} {
		object.Status.Keys = append(object.Status.Keys, oauthv1alpha1.KeyStatus{ID: "former-" + string(use), Use: use, CreatedAt: *at(0), ActiveFrom: at(0)})
	}
	server := ofKeys(object)
	if server.complete(noon) {
		t.Error("nothing was replaced")
	}
	for i := range object.Status.Keys {
		object.Status.Keys[i].ID = "next-" + string(object.Status.Keys[i].Use)
	}
	if !server.complete(noon) {
		t.Error("all were replaced")
	}
}

func TestKeysComplete(t *testing.T) {
	key := func(use oauthv1alpha1.KeyUse, created time.Duration, active, retire *metav1.Time) oauthv1alpha1.KeyStatus {
		return oauthv1alpha1.KeyStatus{ID: "k", Use: use, CreatedAt: *at(created), ActiveFrom: active, RetireAt: retire}
	}
	fresh := []oauthv1alpha1.KeyStatus{
		key(oauthv1alpha1.KeyUseSigning, 0, at(0), nil), key(oauthv1alpha1.KeyUseRoot, 0, at(0), nil), key(oauthv1alpha1.KeyUsePepper, time.Second, at(0), nil),
		key(oauthv1alpha1.KeyUsePairwise, -time.Hour, at(-time.Hour), nil), key(oauthv1alpha1.KeyUseSigning, -time.Hour, at(-time.Hour), at(time.Hour)),
	}
	for name, test := range map[string]struct {
		keys []oauthv1alpha1.KeyStatus
		want bool
	}{
		"none":                   {nil, false},
		"all":                    {fresh, true},
		"one is missing":         {fresh[1:], false},
		"a former one signs":     {append([]oauthv1alpha1.KeyStatus{key(oauthv1alpha1.KeyUseSigning, -time.Hour, at(-time.Hour), nil)}, fresh...), false},
		"a former pepper stays":  {append([]oauthv1alpha1.KeyStatus{key(oauthv1alpha1.KeyUsePepper, -time.Hour, at(-time.Hour), nil)}, fresh...), true},
		"only a former pepper":   {append([]oauthv1alpha1.KeyStatus{key(oauthv1alpha1.KeyUsePepper, -time.Hour, at(-time.Hour), nil)}, fresh[:2]...), false},
		"the next but one waits": {append([]oauthv1alpha1.KeyStatus{key(oauthv1alpha1.KeyUseSigning, 0, nil, nil)}, fresh...), true},
		"the next one waits":     {append([]oauthv1alpha1.KeyStatus{key(oauthv1alpha1.KeyUseSigning, 0, &metav1.Time{Time: time.Now().Add(time.Hour)}, nil)}, fresh[1:]...), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := replaced(test.keys, nil, noon); got != test.want {
				t.Errorf("complete: %v", got)
			}
		})
	}
}
