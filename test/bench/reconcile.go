package main

import (
	"context"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// steady is how long the API server is watched for writes that are not needed.
const steady = 15 * time.Second

// reconcileNames are the figures of measureReconcile.
func (s settings) reconcileNames() []string {
	stem := "reconcile." + s.population()
	return []string{stem + ".seconds", stem + ".writes", stem + ".steady.writes", stem + ".steady.reads"}
}

// measureReconcile creates all clients: once with an operator that knows beforehand
// what to write, once with ours.
func (b *bench) measureReconcile(ctx context.Context) error {
	baseline, err := b.createByHand(ctx)
	if err != nil {
		return err
	}
	before, err := devenv.RequestCounts(ctx, b.Kube.Config)
	if err != nil {
		return err
	}
	if _, err := b.populate(ctx); err != nil {
		return err
	}
	// What follows the last status, such as events, belongs to it too.
	if err := pause(ctx, settling); err != nil {
		return err
	}
	after, err := devenv.RequestCounts(ctx, b.Kube.Config)
	if err != nil {
		return err
	}
	names := b.reconcileNames()
	writes := after.Diff(before).Filter(devenv.IsWrite, aboutClients)
	sayf("writes for %d clients:\n%s", b.size(), writes)
	b.add(compared(names[0], "s", lower, b.creation.Seconds(), baseline.Seconds()),
		compared(names[1], "writes/client", lower, float64(writes.Sum())/float64(b.size()), writesByHand))
	return b.measureSteady(ctx, names[2], names[3])
}

// measureSteady counts requests while nothing happens.
func (b *bench) measureSteady(ctx context.Context, writesName, readsName string) error {
	before, err := devenv.RequestCounts(ctx, b.Kube.Config)
	if err != nil {
		return err
	}
	if err := pause(ctx, steady); err != nil {
		return err
	}
	after, err := devenv.RequestCounts(ctx, b.Kube.Config)
	if err != nil {
		return err
	}
	added := after.Diff(before).Filter(aboutClients)
	writes, reads := added.Filter(devenv.IsWrite), added.Filter(devenv.IsRead)
	sayf("writes in %s of steady state: %d\n%s", steady, writes.Sum(), writes)
	b.add(alone(writesName, "writes", float64(writes.Sum())), alone(readsName, "reads", float64(reads.Sum())))
	return nil
}

// aboutClients accepts what an operator asks for clients' sake. It leaves out the
// leader's lease, which is renewed every two seconds however many clients there
// are, and what only the control plane does.
func aboutClients(key devenv.RequestKey) bool {
	switch key.Group {
	case "oauth.grantor.dev", "session.grantor.dev", "events.k8s.io":
		return true
	}
	return key.Group == "" && (key.Resource == "secrets" || key.Resource == "events")
}
