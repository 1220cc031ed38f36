package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/population"
)

const (
	// crowdWorkers refresh while there are many Grants: few, so that what is seen is
	// how long one takes and not how many the machine can do.
	crowdWorkers = 2
	// sweepBound is how long the sweeper may take.
	sweepBound = 30 * time.Minute
)

// crowd is the part of a name that says how many Grants there are.
func (s settings) crowd() string { return fmt.Sprintf("grants.%d", s.grantCount()) }

func (s settings) grantNames() (names []string) {
	for _, figure := range []string{
		".start.seconds", ".memory.server", ".refresh.p50", ".refresh.p99", ".sweep.seconds", ".sweep.refresh.p50", ".sweep.refresh.p99",
	} {
		names = append(names, s.crowd()+figure)
	}
	return names
}

// condition is what a server is like with so many Grants in storage.
type condition struct {
	start  time.Duration
	memory float64
	refresh
}

// refresh is how long refreshes took, in milliseconds.
type refresh struct{ half, most float64 }

func refreshOf(all latencies) refresh { return refresh{all.percentile(0.5), all.percentile(0.99)} }

// measureGrants looks at the server without and with many Grants in storage, and at
// what the sweeper does to others when it deletes those that have expired.
func (b *bench) measureGrants(ctx context.Context) error {
	app, err := b.createApplication(ctx, "crowd")
	if err != nil {
		return err
	}
	families, hangUp, err := b.families(ctx, app, crowdWorkers, flowScope)
	if err != nil {
		return err
	}
	hangUp()
	without, err := b.condition(ctx, families)
	if err != nil {
		return err
	}
	if err := b.crowdIn(ctx, app); err != nil {
		return err
	}
	with, err := b.condition(ctx, families)
	if err != nil {
		return err
	}
	took, meanwhile, err := b.sweep(ctx, families)
	if err != nil {
		return err
	}
	names := b.grantNames()
	b.add(
		compared(names[0], "s", lower, with.start.Seconds(), without.start.Seconds()),
		compared(names[1], "MiB", lower, with.memory, without.memory),
		compared(names[2], "ms", lower, with.half, without.half),
		compared(names[3], "ms", lower, with.most, without.most),
		alone(names[4], "s", took.Seconds()),
		compared(names[5], "ms", lower, meanwhile.half, with.half),
		compared(names[6], "ms", lower, meanwhile.most, with.most),
	)
	return nil
}

// condition starts the server anew and looks at it.
func (b *bench) condition(ctx context.Context, families []*family) (*condition, error) {
	server := b.Servers[0]
	if err := server.Stop(ctx); err != nil {
		return nil, err
	}
	begin := time.Now()
	if err := server.Restart(ctx); err != nil {
		return nil, err
	}
	c := &condition{start: time.Since(begin)}
	if err := pause(ctx, settling); err != nil {
		return nil, err
	}
	var err error
	if c.memory, err = devenv.Resident(server.PID()); err != nil {
		return nil, err
	}
	hangUp, err := b.dialAgain(ctx, families)
	if err != nil {
		return nil, err
	}
	defer hangUp()
	all, refreshes := make(latencies, len(families)), 2000
	if b.quick {
		refreshes = 200
	}
	_, err = drive(len(families), refreshes, all.timed(func(worker int) error { return families[worker].advance() }))
	c.refresh = refreshOf(all)
	return c, err
}

// dialAgain gives families new connections.
func (b *bench) dialAgain(ctx context.Context, families []*family) (hangUp func(), err error) {
	lines, hangUp, err := dialAll(ctx, addressOf(b.Servers[0]), len(families))
	for i := range lines {
		families[i].line = lines[i]
	}
	return hangUp, err
}

// crowdIn stores the Grants, while no operator is there that would sweep.
func (b *bench) crowdIn(ctx context.Context, app *application) error {
	if err := b.Operator.Stop(ctx); err != nil {
		return err
	}
	r, err := b.newRaw(ctx, app)
	if err != nil {
		return err
	}
	some := population.Grants{
		Namespace: devenv.SystemNamespace, Client: app.id, ClientUID: app.uid, Subject: r.grant.Spec.Subject, Expired: b.expiredCount(),
	}
	for stored, portion := 0, b.grantCount()/10+1; stored < b.grantCount(); stored += some.Live + some.Expired {
		sayf("creating Grants: %d of %d", stored, b.grantCount())
		if stored > 0 {
			some.Expired = 0
		}
		some.Live = min(portion, b.grantCount()-stored-some.Expired)
		if err := some.Create(ctx, b.Admin, workers); err != nil {
			return err
		}
	}
	return nil
}

// sweep starts the operator, and refreshes until what has expired is gone. It returns
// how long that took, and how long the refreshes.
func (b *bench) sweep(ctx context.Context, families []*family) (time.Duration, refresh, error) {
	hangUp, err := b.dialAgain(ctx, families)
	if err != nil {
		return 0, refresh{}, err
	}
	defer hangUp()
	before, err := b.count(ctx, "Grant")
	if err != nil {
		return 0, refresh{}, err
	}
	sayf("sweeping %d Grants", b.expiredCount())
	begin := time.Now()
	var done atomic.Bool
	swept := make(chan error, 1)
	go func() {
		defer done.Store(true)
		if err := b.Operator.Restart(ctx); err != nil {
			swept <- err
			return
		}
		swept <- b.awaitCount(ctx, before-b.expiredCount())
	}()
	all := make(latencies, len(families))
	took, err := driveWhile(len(families), func() bool { return !done.Load() }, all.timed(func(worker int) error { return families[worker].advance() }))
	if failure := <-swept; failure != nil {
		return 0, refresh{}, failure
	}
	sayf("swept in %s", time.Since(begin).Round(time.Second))
	return took, refreshOf(all), err
}

// awaitCount waits until there are no more than so many Grants.
func (b *bench) awaitCount(ctx context.Context, want int) error {
	for end := time.Now().Add(sweepBound); time.Now().Before(end); {
		now, err := b.count(ctx, "Grant")
		if err != nil || now <= want {
			return err
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
	return fmt.Errorf("after %s there are still more than %d Grants", sweepBound, want)
}
