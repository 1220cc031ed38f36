package places

import (
	"context"
	"testing"
	"time"
)

func TestPlaces(t *testing.T) {
	p := New(2, 10*time.Millisecond)
	leave, ok := p.Enter(t.Context(), "corp")
	if _, second := p.Enter(t.Context(), "corp"); !ok || !second {
		t.Fatal("there are fewer than two places")
	}
	if _, third := p.Enter(t.Context(), "corp"); third {
		t.Error("there are three places")
	}
	if _, other := p.Enter(t.Context(), "github"); !other {
		t.Error("another server has no place")
	}
	leave()
	if _, again := p.Enter(t.Context(), "corp"); !again {
		t.Error("the place of somebody who left is taken")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok := New(0, time.Hour).Enter(gone, "corp"); ok {
		t.Error("somebody who is gone has a place")
	}
}
