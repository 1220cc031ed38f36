package replicas

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

func TestAClientThatWasCreatedAgainIsNotBehindYet(t *testing.T) {
	var b Behind
	noon, key := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC), types.NamespacedName{Namespace: "team", Name: "app"}
	for _, step := range []struct {
		uid        types.UID
		generation int64
		after      time.Duration
		want       time.Duration
	}{
		{"first", 1, 0, 0},
		{"first", 1, time.Hour, time.Hour},
		{"second", 1, time.Hour, 0},
		{"second", 1, 2 * time.Hour, time.Hour},
		{"second", 2, 2 * time.Hour, 0},
	} {
		if got := b.For(key, step.uid, step.generation, noon.Add(step.after)); got != step.want {
			t.Errorf("%s, generation %d: behind for %s, not %s", step.uid, step.generation, got, step.want)
		}
	}
}
