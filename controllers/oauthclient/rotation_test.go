package oauthclient

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
)

func at(d time.Duration) *metav1.Time { return &metav1.Time{Time: noon.Add(d)} }

func TestRotationDue(t *testing.T) {
	for sentence, test := range map[string]struct {
		rotation *oauthv1alpha1.SecretRotation
		done     *metav1.Time
		due      bool
		in       time.Duration
	}{
		"nothing was asked for":                 {},
		"only an overlap was given":             {rotation: &oauthv1alpha1.SecretRotation{}},
		"a first request is due":                {rotation: &oauthv1alpha1.SecretRotation{RequestedAt: at(-time.Hour)}, due: true},
		"a request for now is due":              {rotation: &oauthv1alpha1.SecretRotation{RequestedAt: at(0)}, due: true},
		"a request that was done is not due":    {rotation: &oauthv1alpha1.SecretRotation{RequestedAt: at(-time.Hour)}, done: at(-time.Hour)},
		"a later request is due":                {rotation: &oauthv1alpha1.SecretRotation{RequestedAt: at(-time.Minute)}, done: at(-time.Hour), due: true},
		"an earlier request is another one":     {rotation: &oauthv1alpha1.SecretRotation{RequestedAt: at(-time.Hour)}, done: at(-time.Minute), due: true},
		"a request for the future waits for it": {rotation: &oauthv1alpha1.SecretRotation{RequestedAt: at(time.Hour)}, in: time.Hour},
		"a request that was withdrawn is not due": {
			rotation: &oauthv1alpha1.SecretRotation{}, done: at(-time.Minute),
		},
		"the zone in which a time is written does not matter": {
			rotation: &oauthv1alpha1.SecretRotation{RequestedAt: &metav1.Time{Time: noon.In(time.FixedZone("east", 3600))}}, done: at(0),
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			c := &oauthv1alpha1.OAuthClient{}
			c.Spec.Secret.Rotation, c.Status.RotationRequestedAt = test.rotation, test.done
			if due, in := rotationDue(c, noon); due != test.due || in != test.in {
				t.Errorf("due %t in %s, not %t in %s", due, in, test.due, test.in)
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
			if got := overlap(c); got != test.want {
				t.Errorf("%s, not %s", got, test.want)
			}
		})
	}
}
