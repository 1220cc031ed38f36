package main

import (
	"context"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

// measurePersonTokens puts introspection and userinfo of people's access tokens,
// which read the Grant from the API server, beside that read alone.
func (b *bench) measurePersonTokens(ctx context.Context) error {
	app, err := b.createApplication(ctx, "persontoken")
	if err != nil {
		return err
	}
	families, hangUp, err := b.families(ctx, app, mainConnections, flowScope)
	if err != nil {
		return err
	}
	defer hangUp()
	r, err := b.newRaw(ctx, app)
	if err != nil {
		return err
	}
	rounds, requests := 7, 2000
	if b.quick {
		rounds, requests = 2, 300
	}
	baseline := func(int) error { return r.get(ctx, "grants", r.grant.Name, &sessionv1alpha1.Grant{}) }
	for _, load := range []struct {
		name string
		ask  func(*family) error
	}{{"introspect.person.rate", (*family).introspect}, {"userinfo.rate", (*family).userinfo}} {
		if !b.wanted(load.name) {
			continue
		}
		sayf("%s: %d connections", load.name, mainConnections)
		m, err := b.compare(pair{func(worker int) error { return load.ask(families[worker]) }, baseline}, mainConnections, rounds, requests)
		if err != nil {
			return err
		}
		b.add(byRounds(load.name, "requests/s", higher, m.ours.rate, m.baseline.rate))
	}
	return nil
}
