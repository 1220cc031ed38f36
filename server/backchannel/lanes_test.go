package backchannel

import (
	"context"
	"testing"
)

func TestATenantFillsItsOwnLane(t *testing.T) {
	var l lanes
	for range laneSize {
		if !l.enter("a") {
			t.Fatal("there is no room")
		}
	}
	if l.enter("a") {
		t.Error("there is room for more than the lane holds")
	}
	if !l.enter("b") {
		t.Fatal("one tenant fills the lane of another")
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	busy, release := make(chan bool), make(chan bool)
	for range laneWidth {
		go l.try(t.Context(), "a", func() { busy <- true; <-release })
		<-busy
	}
	if l.try(gone, "a", func() { t.Error("more are under way than the lane is wide") }) {
		t.Error("it was its turn")
	}
	done := false
	if !l.try(t.Context(), "b", func() { done = true }) || !done {
		t.Error("one tenant stops another")
	}
	close(release)
	for range laneSize {
		l.leave("a")
	}
	if l.leave("b"); len(l.byName) != 0 || l.count != 0 {
		t.Errorf("%d lanes with %d are left", len(l.byName), l.count)
	}
}

func TestAllLanesAreBounded(t *testing.T) {
	var l lanes
	entered := 0
	for i := range 2 * allSize {
		if l.enter(string(rune('a' + i%32))) {
			entered++
		}
	}
	if entered != allSize {
		t.Errorf("%d notices are kept", entered)
	}
}
