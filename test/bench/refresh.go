package main

import (
	"context"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

// refreshLoads are kinds of Grants that are refreshed. One that ends with the Login
// needs one more read.
var refreshLoads = []struct {
	stem, scope string
	login       bool
}{
	{"refresh", flowScope, false},
	{"refresh.login", loginScope, true},
}

func refreshNames() (names []string) {
	for _, load := range refreshLoads {
		for _, figure := range []string{".rate", ".cpu", ".latency.p50", ".latency.p99"} {
			names = append(names, load.stem+figure)
		}
	}
	return names
}

// measureRefresh puts refreshes of several families beside a loop of live reads and
// conditional writes of such objects.
func (b *bench) measureRefresh(ctx context.Context) error {
	app, err := b.createApplication(ctx, "refresh")
	if err != nil {
		return err
	}
	for _, load := range refreshLoads {
		if b.wanted(load.stem+".rate", load.stem+".cpu", load.stem+".latency.p50", load.stem+".latency.p99") {
			if err := b.measureRefreshLoad(ctx, app, load.stem, load.scope, load.login); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) measureRefreshLoad(ctx context.Context, app *application, stem, scope string, login bool) error {
	families, hangUp, err := b.families(ctx, app, mainConnections, scope)
	if err != nil {
		return err
	}
	defer hangUp()
	r, err := b.newRaw(ctx, app)
	if err != nil {
		return err
	}
	objects, err := r.createAll(ctx, mainConnections)
	if err != nil {
		return err
	}
	baseline := func(worker int) error {
		if login {
			if err := r.get(ctx, "logins", r.login, &sessionv1alpha1.Login{}); err != nil {
				return err
			}
		}
		return r.update(ctx, objects[worker].Name, time.Now())
	}
	rounds, refreshes := 7, 2000
	if b.quick {
		rounds, refreshes = 2, 200
	}
	sayf("%s: %d families", stem, mainConnections)
	m, err := b.compare(pair{func(worker int) error { return families[worker].advance() }, baseline}, mainConnections, rounds, refreshes)
	if err != nil {
		return err
	}
	b.add(
		byRounds(stem+".rate", "requests/s", higher, m.ours.rate, m.baseline.rate),
		alone(stem+".cpu", "ms/request", median(m.cpu)),
		byRounds(stem+".latency.p50", "ms", lower, m.ours.half, m.baseline.half),
		byRounds(stem+".latency.p99", "ms", lower, m.ours.most, m.baseline.most),
	)
	return nil
}
