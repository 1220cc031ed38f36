package main

import (
	"context"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
)

const (
	// flowScope makes Grants that outlive the Login.
	flowScope = "openid profile email offline_access"
	// loginScope makes Grants that end with the Login.
	loginScope = "openid profile email"
)

// measureCodeFlow puts code flows of people who are signed in, from the
// authorization request to the tokens, beside what they need of the API server.
func (b *bench) measureCodeFlow(ctx context.Context) error {
	app, err := b.createApplication(ctx, "codeflow")
	if err != nil {
		return err
	}
	visits, hangUp, err := b.visits(ctx, app, mainConnections, flowScope)
	if err != nil {
		return err
	}
	defer hangUp()
	flow := func(worker int) error { return visits[worker].flow() }
	if err := flow(0); err != nil {
		return err
	}
	r, err := b.newRaw(ctx, app)
	if err != nil {
		return err
	}
	p := pair{flow, func(int) error { return r.flow(ctx) }}
	rounds, flows := 7, 1000
	if b.quick {
		rounds, flows = 2, 100
	}
	sayf("code flow: %d people", mainConnections)
	m, err := b.compare(p, mainConnections, rounds, flows)
	if err != nil {
		return err
	}
	b.add(byRounds("codeflow.rate", "flows/s", higher, m.ours.rate, m.baseline.rate), alone("codeflow.cpu", "ms/flow", median(m.cpu)))
	return nil
}

// flow does what a code flow needs of the API server: when it is authorized and when
// the code is redeemed, who is signed in and what they allowed is read; then the
// Grant is stored.
func (r *raw) flow(ctx context.Context) error {
	for range 2 {
		if err := r.get(ctx, "logins", r.login, &sessionv1alpha1.Login{}); err != nil {
			return err
		}
		if err := r.get(ctx, "consents", r.consent, &sessionv1alpha1.Consent{}); err != nil {
			return err
		}
	}
	g, err := r.large()
	if err != nil {
		return err
	}
	return r.create(ctx, g)
}
