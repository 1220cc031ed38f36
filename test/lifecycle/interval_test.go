package lifecycle

import (
	"net/http"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/test/installation"
)

// rotateEvery replaces the secret when it is so old.
func rotateEvery(interval, overlap time.Duration) func(*oauthv1alpha1.OAuthClient) {
	return func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Secret.Rotation = &oauthv1alpha1.SecretRotation{
			Interval: &metav1.Duration{Duration: interval}, Overlap: &metav1.Duration{Duration: overlap},
		}
	}
}

// An application that reads its Secret at any moment and uses what it reads is never
// refused, by any replica, over twenty rotations.
func TestRotationIsNeverNoticed(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	const rotations, interval = 20, 3 * time.Second
	c := service(t, g, namespace(t), "restless", rotateEvery(interval, interval))
	authenticates(t, g, c, value(t, g, c), endToEnd)
	begin, values, tries := time.Now(), []string{value(t, g, c)}, 0
	for len(values) <= rotations && time.Since(begin) < 3*rotations*interval {
		next := time.After(100 * time.Millisecond)
		now := value(t, g, c)
		if now != values[len(values)-1] {
			values = append(values, now)
		}
		for n, status := range statusEverywhere(t, g, c, now) {
			if tries++; status != http.StatusOK {
				t.Errorf("after %s and %d rotations replica %d answers %d to what the Secret holds", time.Since(begin), len(values)-1, n, status)
			}
		}
		if t.Failed() {
			return
		}
		<-next
	}
	took := time.Since(begin)
	t.Logf("%d rotations in %s, %d tries", len(values)-1, took, tries)
	if len(values) <= rotations {
		t.Errorf("%d rotations within %s", len(values)-1, took)
	}
	if most := int(took/interval) + 1; len(values)-1 > most {
		t.Errorf("%d rotations within %s; no more than %d were due", len(values)-1, took, most)
	}
	unique := map[string]struct{}{}
	for _, one := range values {
		unique[one] = struct{}{}
	}
	if len(unique) != len(values) {
		t.Error("an old value came back")
	}
	if n := len(reload(t, g, c).Status.Credentials); n > 4 {
		t.Errorf("%d digests authenticate", n)
	}
}

// statusEverywhere asks every replica for a token at the same time.
func statusEverywhere(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, secret string) []int {
	t.Helper()
	out := make([]int, len(g.Servers))
	var all sync.WaitGroup
	for n, server := range g.Servers {
		all.Go(func() {
			answer := installation.Post(t, server.Options().URL+"/token", c.ClientID(), secret, installation.TokenForm("read"))
			if token, _ := answer.JSON["access_token"].(string); token != "" {
				remember([]byte(token))
			}
			out[n] = answer.Status
		})
	}
	all.Wait()
	return out
}

func TestNextRotationIsKnown(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "planned")
	first := value(t, g, c)
	if c.Status.NextRotation != nil {
		t.Errorf("without an interval the next rotation is at %s", c.Status.NextRotation)
	}
	edit(t, g, c, rotateEvery(720*time.Hour, time.Hour))
	c = ready(t, g, c)
	if want := c.Status.Credentials[0].CreatedAt.Add(720 * time.Hour); c.Status.NextRotation == nil || !c.Status.NextRotation.Time.Equal(want) {
		t.Errorf("the next rotation is at %s, not at %s", c.Status.NextRotation, want)
	}
	edit(t, g, c, requestRotation(time.Now(), time.Hour))
	second := otherValue(t, g, c, first)
	if c = ready(t, g, c); c.Status.NextRotation != nil {
		t.Errorf("without an interval again the next rotation is at %s", c.Status.NextRotation)
	}
	authenticates(t, g, c, second, endToEnd)
}

// A shorter interval is due at once; who asked for a rotation before does not get
// another one.
func TestShorterIntervalIsDueAtOnce(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "aged")
	created := c.Status.Credentials[0].CreatedAt
	first := value(t, g, c)
	const age = 10 * time.Second
	edit(t, g, c, rotateEvery(age, age))
	asked := time.Now()
	second := awaitOther(t, g, c, first, 20*time.Second)
	due := created.Add(age)
	if early := time.Until(due); early > 0 {
		t.Errorf("rotated %s too early", early)
	}
	if due.Before(asked) {
		due = asked
	}
	if late := time.Since(due); late > endToEnd {
		t.Errorf("rotated %s too late", late)
	}
	edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) { c.Spec.Secret.Rotation = nil })
	authenticates(t, g, c, second, endToEnd)
	stillAuthenticates(t, g, c, first, "within the overlap")
	ready(t, g, c)
	if now := value(t, g, c); now != second {
		t.Error("rotated without an interval")
	}
}

// awaitOther waits until the client's Secret holds another value than the old one.
func awaitOther(t testing.TB, g *installation.Installation, c *oauthv1alpha1.OAuthClient, former string, bound time.Duration) string {
	t.Helper()
	var now string
	installation.Eventually(t, bound, func() bool {
		now = value(t, g, c)
		return now != "" && now != former
	}, func() string { return "another client secret of " + c.Name })
	return now
}
