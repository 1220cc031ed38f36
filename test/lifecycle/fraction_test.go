package lifecycle

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// A time with a fraction, as JavaScript writes it, asks for one rotation: a status
// holds whole seconds, and must still know that the request was met.
func TestRotationRequestedWithAFractionOfASecondIsMetOnce(t *testing.T) {
	t.Parallel()
	g := grantor(t)
	c := service(t, g, namespace(t), "fraction")
	first := value(t, g, c)
	patch := `{"spec":{"secret":{"rotation":{"requestedAt":"` + time.Now().Add(-time.Minute).UTC().Format("2006-01-02T15:04:05") + `.123Z"}}}}`
	if err := g.Admin.Patch(t.Context(), c, client.RawPatch(types.MergePatchType, []byte(patch))); err != nil {
		t.Fatal(err)
	}
	second := otherValue(t, g, c, first)
	ready(t, g, c)
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if now := value(t, g, c); now != second {
			t.Fatal("rotated again")
		}
	}
	if n := len(ready(t, g, c).Status.Credentials); n != 2 {
		t.Errorf("%d digests after one rotation", n)
	}
}
