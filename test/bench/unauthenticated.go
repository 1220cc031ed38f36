package main

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// guesses is how many of the unauthenticated requests are wrong passwords: one in so
// many.
const guesses = 100

func unauthenticatedNames() []string {
	return []string{"unauthenticated.writes", "unauthenticated.reads", "unauthenticated.objects", "unauthenticated.memory", "unauthenticated.memory.after"}
}

// measureUnauthenticated sends what unauthenticated callers can send, and looks at what
// it left in storage and in the server's memory. The baseline is the memory before.
func (b *bench) measureUnauthenticated(ctx context.Context) error {
	s, err := b.strangers(ctx)
	if err != nil {
		return err
	}
	if err := b.Servers[0].Restart(ctx); err != nil {
		return err
	}
	if err := pause(ctx, settling); err != nil {
		return err
	}
	idle, err := devenv.Resident(b.Servers[0].PID())
	if err != nil {
		return err
	}
	before, err := b.count(ctx, sessionKinds...)
	if err != nil {
		return err
	}
	most := b.watchMemory()
	counts, err := b.countSessions(ctx, func() error { return s.send(ctx, b.strangerCount()) })
	peak := most()
	if err != nil {
		return err
	}
	after, err := b.count(ctx, sessionKinds...)
	if err != nil {
		return err
	}
	if err := pause(ctx, settling); err != nil {
		return err
	}
	left, err := devenv.Resident(b.Servers[0].PID())
	if err != nil {
		return err
	}
	names := unauthenticatedNames()
	b.add(
		alone(names[0], "writes", float64(counts.Filter(devenv.IsWrite).Sum())),
		alone(names[1], "reads", float64(counts.Filter(devenv.IsRead).Sum())),
		alone(names[2], "objects", float64(after-before)),
		compared(names[3], "MiB", lower, peak, idle),
		compared(names[4], "MiB", lower, left, idle),
	)
	return nil
}

// watchMemory looks at the server's memory again and again. What it returns ends that
// and tells the most there was, in MiB.
func (b *bench) watchMemory() func() float64 {
	done, pid := make(chan struct{}), b.Servers[0].PID()
	var most float64
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			if now, err := devenv.Resident(pid); err == nil {
				most = max(most, now)
			}
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	return func() float64 {
		close(done)
		watching.Wait()
		return most
	}
}

// send sends as many requests, by turns of all kinds, and every now and then a wrong
// password.
func (s *strangers) send(ctx context.Context, n int) error {
	var next atomic.Int64
	_, err := drive(mainConnections, n, func(int) error {
		i := int(next.Add(1))
		if i%5000 == 0 {
			sayf("unauthenticated: %d of %d", i, n)
		}
		if i%guesses == 0 {
			return s.guess(ctx, i/guesses)
		}
		return s.kinds[i%len(s.kinds)].ask(ctx, s.client, i)
	})
	sayf("wrong passwords: %d were answered %d, %d were answered %d",
		s.refused.Load(), http.StatusForbidden, s.tooMany.Load(), http.StatusTooManyRequests)
	return err
}
