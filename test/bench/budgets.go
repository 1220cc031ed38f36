package main

import (
	"context"
	"fmt"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// counting is how long the API server may take to count what it has answered.
const counting = time.Second

// countedStep is a step of a family, with the writes and reads that the design
// allows it.
type countedStep struct {
	name          string
	scope         string
	writes, reads float64
	step          func(*family) error
}

// countedSteps are the steps of people whose applications remember consent.
func countedSteps() []countedStep {
	return []countedStep{
		{"codeflow.authorize", flowScope, 0, 2, func(f *family) error { _, err := f.code(); return err }},
		{"codeflow", flowScope, 1, 4, (*family).flow},
		{"refresh", flowScope, 1, 1, (*family).advance},
		{"refresh.login", loginScope, 1, 2, (*family).advance},
		{"introspect", flowScope, 0, 1, (*family).introspect},
		{"userinfo", flowScope, 0, 1, (*family).userinfo},
	}
}

func countedNames() (names []string) {
	for _, s := range countedSteps() {
		names = append(names, "apiserver."+s.name+".writes", "apiserver."+s.name+".reads")
	}
	return names
}

// measureBudgets counts, at the API server, what each step asks of it. The baseline
// is what the design allows.
func (b *bench) measureBudgets(ctx context.Context) error {
	app, err := b.createApplication(ctx, "budgets")
	if err != nil {
		return err
	}
	steps := 200
	if b.quick {
		steps = 20
	}
	sayf("requests at the API server: %d of each step", steps)
	for _, s := range countedSteps() {
		if !b.wanted("apiserver."+s.name+".writes", "apiserver."+s.name+".reads") {
			continue
		}
		families, hangUp, err := b.families(ctx, app, 1, s.scope)
		if err != nil {
			return err
		}
		counts, err := b.countSessions(ctx, func() error {
			_, err := drive(1, steps, func(int) error { return s.step(families[0]) })
			return err
		})
		hangUp()
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		b.add(
			allowed("apiserver."+s.name+".writes", "writes/step", perStep(counts, devenv.IsWrite, steps), s.writes),
			allowed("apiserver."+s.name+".reads", "reads/step", perStep(counts, devenv.IsRead, steps), s.reads),
		)
	}
	return nil
}

// countSessions returns what was asked for session objects while f ran.
func (b *bench) countSessions(ctx context.Context, f func() error) (devenv.Counts, error) {
	if err := pause(ctx, counting); err != nil {
		return nil, err
	}
	before, err := devenv.RequestCounts(ctx, b.Kube.Config)
	if err != nil {
		return nil, err
	}
	if err := f(); err != nil {
		return nil, err
	}
	if err := pause(ctx, counting); err != nil {
		return nil, err
	}
	after, err := devenv.RequestCounts(ctx, b.Kube.Config)
	return after.Diff(before).Filter(devenv.InGroups("session.grantor.dev")), err
}

func perStep(counts devenv.Counts, kind func(devenv.RequestKey) bool, steps int) float64 {
	return float64(counts.Filter(kind).Sum()) / float64(steps)
}

// allowed returns a figure beside the most that it may be. Nothing can be divided by
// none.
func allowed(name, unit string, ours, most float64) Result {
	if most == 0 {
		r := alone(name, unit, ours)
		r.Baseline = &most
		return r
	}
	return compared(name, unit, lower, ours, most)
}
