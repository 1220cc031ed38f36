package faults

import (
	"testing"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// Every watch hangs, also those that are opened later, as behind a proxy that
// keeps answers to itself until they are complete.
func TestAllWatchesHangSilently(t *testing.T) {
	t.Parallel()
	g := start(t)
	url, proxy, _ := g.replica(t)
	c := newCaller(t, g, url)
	proxy.Stall(devenv.WithVerbs("watch"))
	defer proxy.Resume()
	refusedWhileHanging(t, g, c)
}
