package devenv

import (
	"bufio"
	"context"
	"testing"
	"time"
)

func TestWatchEventsArriveAtOnceAndAStallHoldsThem(t *testing.T) {
	upstream := newUpstream(t)
	client := upstream.through(t, nil)
	lines := client.watch(t)

	upstream.events <- "first"
	wantLine(t, lines, "first")

	client.proxy.Stall(WithVerbs("watch"))
	upstream.events <- "second"
	select {
	case line := <-lines:
		t.Errorf("%q passed a stall", line)
	case <-time.After(200 * time.Millisecond):
	}
	if err := client.get("a"); err != nil {
		t.Errorf("a stall of watches held a read: %v", err)
	}

	client.proxy.Resume()
	wantLine(t, lines, "second")
}

func TestCutConnectionsEndWatchesAndNewOnesAreAccepted(t *testing.T) {
	upstream := newUpstream(t)
	client := upstream.through(t, nil)
	lines := client.watch(t)
	upstream.events <- "first"
	wantLine(t, lines, "first")

	client.proxy.CloseConnections()
	select {
	case _, open := <-lines:
		if open {
			t.Error("an event came out of a cut connection")
		}
	case <-time.After(5 * time.Second):
		t.Error("the watch did not end")
	}
	if err := client.get("a"); err != nil {
		t.Errorf("a read on a new connection: %v", err)
	}
}

// watch returns the lines of a watch; the channel closes with the stream.
func (c *proxied) watch(t *testing.T) <-chan string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	stream, err := c.rest.Get().AbsPath(secretPath).Param("watch", "true").Stream(ctx)
	if err != nil {
		t.Fatal(err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(stream); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	return lines
}

func wantLine(t *testing.T, lines <-chan string, wanted string) {
	t.Helper()
	select {
	case line := <-lines:
		if line != wanted {
			t.Errorf("got %q, wanted %q", line, wanted)
		}
	case <-time.After(5 * time.Second):
		t.Fatalf("no event within 5 s, wanted %q", wanted)
	}
}
