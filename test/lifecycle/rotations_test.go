package lifecycle

import (
	"testing"
	"time"
)

func TestTwoRotationsInARowAreTwo(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "twice")
	first := value(t, g, c)
	edit(t, g, c, requestRotation(time.Now().Add(-2*time.Minute), time.Hour))
	second := otherValue(t, g, c, first)
	edit(t, g, c, requestRotation(time.Now().Add(-time.Minute), time.Hour))
	third := otherValue(t, g, c, second)
	ready(t, g, c)
	authenticates(t, g, c, third, endToEnd)
	stillAuthenticates(t, g, c, second, "within the overlap")
	stillAuthenticates(t, g, c, first, "within the overlap")
	awaitEvents(t, g, c, map[string]int{"Normal CredentialsCreated": 1, "Normal CredentialsRotated": 2})
	if now := value(t, g, c); now != third {
		t.Error("the secret changed a third time")
	}
}
