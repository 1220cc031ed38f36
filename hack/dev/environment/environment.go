package environment

import (
	"context"
	"fmt"
	"time"

	"github.com/grantor-dev/grantor/hack/dev/background"
	"github.com/grantor-dev/grantor/hack/dev/progress"
	"github.com/grantor-dev/grantor/hack/devenv"
)

// lockBound is longer than a first run takes that builds everything.
const lockBound = 70 * time.Minute

// Environment is the one development environment of a checkout.
type Environment struct {
	layout    Layout
	processes background.Registry
	out       *progress.Printer
}

// New returns the environment of the checkout, running or not.
func New(layout Layout, out *progress.Printer) *Environment {
	return &Environment{
		layout:    layout,
		processes: background.Registry{Dir: layout.run("processes")},
		out:       out,
	}
}

// LastSettings returns the settings of the environment if it runs, and else
// the defaults.
func (e *Environment) LastSettings() Settings {
	names, err := e.processes.Names()
	if err != nil || len(names) == 0 {
		return Defaults()
	}
	return e.layout.recall().Settings
}

// Up brings the environment to the settings and returns when everything is
// ready. What runs already with these settings, and the same programs, is kept.
func (e *Environment) Up(ctx context.Context, settings Settings) (Running, error) {
	settings, err := settings.checked()
	if err != nil {
		return Running{}, err
	}
	unlock, err := e.lock(ctx)
	if err != nil {
		return Running{}, err
	}
	defer unlock()

	u := &up{Environment: e, settings: settings, memory: e.layout.recall()}
	u.memory.Settings = settings
	for _, step := range []struct {
		name string
		run  func(context.Context) (string, error)
	}{
		{"programs", u.buildPrograms},
		{"cluster", u.startCluster},
		{"installation", u.install},
		{"processes", u.startPrograms},
		{"ready", u.awaitPrograms},
	} {
		if err := e.out.Step(step.name, func() (string, error) { return step.run(ctx) }); err != nil {
			return Running{}, err
		}
	}
	return u.running, u.running.Write(e.layout.EnvFile())
}

// lock lets one command at a time change the environment.
func (e *Environment) lock(ctx context.Context) (unlock func(), err error) {
	unlock, err = devenv.LockFile(ctx, e.layout.local("lock"), lockBound)
	if err != nil {
		return nil, fmt.Errorf("another command works on the environment: %w", err)
	}
	return unlock, nil
}
