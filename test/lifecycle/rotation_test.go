package lifecycle

import (
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

func TestRotationOnRequest(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "rotated")
	first := value(t, g, c)
	issued := token(t, g, c, first)
	start := time.Now()
	edit(t, g, c, requestRotation(start, time.Hour))
	second := otherValue(t, g, c, first)
	authenticates(t, g, c, second, time.Until(start.Add(endToEnd)))
	stillAuthenticates(t, g, c, first, "within the overlap")
	active(t, g, c, second, issued, true, installation.Effective)
	c = ready(t, g, c)
	if met := c.Status.Credentials[0].RotationRequestedAt; !c.Spec.Secret.Rotation.RequestedAt.Equal(met) {
		t.Errorf("the status says %v", met)
	}
	if n := len(c.Status.Credentials); n != 2 || c.Status.Credentials[0].ExpiresAt != nil || c.Status.Credentials[1].ExpiresAt == nil {
		t.Errorf("the status has %d credentials: %+v", n, c.Status.Credentials)
	}

	// The same value again, removed and set again, or beside other changes: nothing.
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.DisplayName = "Rotated" })
	ready(t, g, c)
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Secret.Rotation = nil })
	ready(t, g, c)
	edit(t, g, c, requestRotation(start, time.Hour))
	ready(t, g, c)
	if now := value(t, g, c); now != second {
		t.Error("the same request rotated twice")
	}

	// Another value, even an older one, is another request.
	edit(t, g, c, requestRotation(start.Add(-time.Hour), time.Hour))
	third := otherValue(t, g, c, second)
	authenticates(t, g, c, third, endToEnd)
	awaitEvents(t, g, c, map[string]int{"Normal CredentialsCreated": 1, "Normal CredentialsRotated": 2})
}

func TestRotationInTheFutureWaits(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "later")
	first := value(t, g, c)
	due := time.Now().Add(4 * time.Second).Truncate(time.Second)
	edit(t, g, c, requestRotation(due, time.Hour))
	ready(t, g, c)
	if now := value(t, g, c); now != first && time.Now().Before(due) {
		t.Error("rotated before it was due")
	}
	for time.Now().Before(due.Add(-200 * time.Millisecond)) {
		if now := value(t, g, c); now != first && time.Now().Before(due) {
			t.Fatal("rotated before it was due")
		}
		time.Sleep(50 * time.Millisecond)
	}
	second := otherValue(t, g, c, first)
	if late := time.Since(due); late > endToEnd {
		t.Errorf("rotated %s after it was due", late)
	}
	authenticates(t, g, c, second, time.Until(due.Add(endToEnd)))
}

func TestOverlapOfZeroCutsAtOnce(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "cut")
	first := value(t, g, c)
	authenticates(t, g, c, first, endToEnd)
	start := time.Now()
	edit(t, g, c, requestRotation(start, 0))
	second := otherValue(t, g, c, first)
	refused(t, g, c, first, installation.Effective)
	authenticates(t, g, c, second, time.Until(start.Add(endToEnd)))
}
