package secret

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/internal/credentials"
)

func at(d time.Duration) *metav1.Time { return &metav1.Time{Time: noon.Add(d)} }

func TestRequestedRotation(t *testing.T) {
	for sentence, test := range map[string]struct {
		rotation *oauthv1alpha1.SecretRotation
		want     time.Time
		in       time.Duration
	}{
		"nothing was asked for":                 {},
		"only an overlap was given":             {rotation: &oauthv1alpha1.SecretRotation{}},
		"a request of the past is to be met":    {rotation: &oauthv1alpha1.SecretRotation{RequestedAt: at(-time.Hour)}, want: noon.Add(-time.Hour)},
		"a request for now is to be met":        {rotation: &oauthv1alpha1.SecretRotation{RequestedAt: at(0)}, want: noon},
		"a request for the future waits for it": {rotation: &oauthv1alpha1.SecretRotation{RequestedAt: at(time.Hour)}, in: time.Hour},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := &oauthv1alpha1.OAuthClient{}
			c.Spec.Secret.Rotation = test.rotation
			if requested, in := requestedRotation(c, noon); !requested.Equal(test.want) || in != test.in {
				t.Errorf("%s in %s, not %s in %s", requested, in, test.want, test.in)
			}
		})
	}
}

// A request is met once: whatever its zone, and not by a secret that was made for
// another request.
func TestRotationIsMetByTheSecretThatWasMadeForIt(t *testing.T) {
	for sentence, test := range map[string]struct {
		madeFor   time.Time
		requested time.Time
		rotates   bool
	}{
		"made for no request, none is there": {},
		"made for no request":                {requested: noon, rotates: true},
		"made for this request":              {madeFor: noon, requested: noon},
		"made for it in another zone":        {madeFor: noon.In(time.FixedZone("east", 3600)), requested: noon},
		"made for an earlier request":        {madeFor: noon.Add(-time.Hour), requested: noon, rotates: true},
		"made for a later request":           {madeFor: noon.Add(time.Hour), requested: noon, rotates: true},
		"the request was withdrawn":          {madeFor: noon},
	} {
		t.Run(sentence, func(t *testing.T) {
			current := endless(t, "a")
			current.RotationRequestedAt = test.madeFor
			got := decide(facts{
				client: uid, needsSecret: true, value: secret("a"), credentials: []credentials.Credential{current},
				requested: test.requested, now: noon, pepper: pepper(t), mint: func() string { return secret("new") },
			})
			if rotates := got.Change == Rotated; rotates != test.rotates {
				t.Errorf("the change is %q", got.Change)
			}
		})
	}
}

func TestOverlap(t *testing.T) {
	for sentence, test := range map[string]struct {
		rotation *oauthv1alpha1.SecretRotation
		want     time.Duration
	}{
		"nothing was said":   {want: time.Hour},
		"no overlap is said": {rotation: &oauthv1alpha1.SecretRotation{}, want: time.Hour},
		"zero is zero":       {rotation: &oauthv1alpha1.SecretRotation{Overlap: &metav1.Duration{}}},
		"what is said holds": {rotation: &oauthv1alpha1.SecretRotation{Overlap: &metav1.Duration{Duration: time.Minute}}, want: time.Minute},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := &oauthv1alpha1.OAuthClient{}
			c.Spec.Secret.Rotation = test.rotation
			if got := Overlap(c); got != test.want {
				t.Errorf("%s, not %s", got, test.want)
			}
		})
	}
}
