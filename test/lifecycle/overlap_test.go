package lifecycle

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// An emergency cuts all that came before, also what an earlier rotation let live.
func TestOverlapOfZeroCutsEveryOldSecret(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "leaked")
	first := value(t, g, c)
	edit(t, g, c, requestRotation(time.Now().Add(-time.Hour), time.Hour))
	second := otherValue(t, g, c, first)
	authenticates(t, g, c, second, endToEnd)
	stillAuthenticates(t, g, c, first, "within the overlap")
	edit(t, g, c, requestRotation(time.Now(), 0))
	third := otherValue(t, g, c, second)
	authenticates(t, g, c, third, endToEnd)
	refused(t, g, c, second, installation.Effective)
	refused(t, g, c, first, installation.Effective)
}

// A user who rotated and then learns that the old secret leaked shortens the overlap.
func TestShortenedOverlapAppliesToTheOldSecret(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "shortened")
	first := value(t, g, c)
	edit(t, g, c, requestRotation(time.Now(), time.Hour))
	second := otherValue(t, g, c, first)
	authenticates(t, g, c, second, endToEnd)
	edit(t, g, c, requestRotationOverlapOnly(0))
	refused(t, g, c, first, endToEnd)
	stillAuthenticates(t, g, c, second, "the current secret")
}

func requestRotationOverlapOnly(overlap time.Duration) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Secret.Rotation.Overlap = &metav1.Duration{Duration: overlap}
	}
}

func TestOldSecretLivesForTheWholeOverlap(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "overlapping")
	first := value(t, g, c)
	const overlap = 3 * time.Second
	edit(t, g, c, requestRotation(time.Now(), overlap))
	second := otherValue(t, g, c, first)
	written := time.Now()
	installation.While(overlap-200*time.Millisecond, func() {
		stillAuthenticates(t, g, c, first, "within the overlap")
		if t.Failed() {
			t.Fatalf("refused %s after the new secret was written", time.Since(written))
		}
	})
	refused(t, g, c, first, 3*time.Second)
	authenticates(t, g, c, second, installation.Effective)
}
