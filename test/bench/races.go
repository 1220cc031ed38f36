package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/races"
)

// raceReplicas is how many replicas the requests of a race are spread over.
const raceReplicas = 3

// raceKind is what requests race for.
type raceKind struct {
	name string
	// runs take turns.
	runs []func(*races.Arena, context.Context) error
}

func raceKinds() []raceKind {
	codes := func(right int) func(*races.Arena, context.Context) error {
		return func(a *races.Arena, ctx context.Context) error { return a.Codes(ctx, right) }
	}
	refreshes := func(a *races.Arena, ctx context.Context) error { return a.Refreshes(ctx, 1) }
	return []raceKind{
		{"races.codes", []func(*races.Arena, context.Context) error{
			codes(races.Ways), codes(races.Ways), codes(races.Ways / 2), codes(1), codes(0),
		}},
		{"races.refreshes", []func(*races.Arena, context.Context) error{
			refreshes, refreshes, (*races.Arena).Strangers, (*races.Arena).Revocations, (*races.Arena).Generations,
		}},
	}
}

func raceNames() (names []string) {
	for _, kind := range raceKinds() {
		names = append(names, kind.name)
	}
	return names
}

// measureRaces counts the races that ended as none may end.
func (b *bench) measureRaces(ctx context.Context) error {
	a, err := b.arena(ctx)
	if err != nil {
		return err
	}
	stop, err := b.moreReplicas(ctx, raceReplicas)
	if err != nil {
		return err
	}
	defer stop()
	for _, server := range b.Servers {
		a.Replicas = append(a.Replicas, server.Options().URL)
	}
	for _, kind := range raceKinds() {
		if !b.wanted(kind.name) {
			continue
		}
		wrong := 0
		for n := range b.raceCount() / 2 {
			if n%100 == 0 {
				sayf("%s: %d of %d, %d ways, %d replicas", kind.name, n, b.raceCount()/2, races.Ways, len(a.Replicas))
			}
			if err := kind.runs[n%len(kind.runs)](a, ctx); err != nil {
				sayf("%s: race %d: %v", kind.name, n, err)
				wrong++
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		b.add(alone(kind.name, "wrong outcomes", float64(wrong)))
	}
	return nil
}

// arena returns where requests of two new applications meet.
func (b *bench) arena(ctx context.Context) (*races.Arena, error) {
	app, err := b.createApplication(ctx, "races")
	if err != nil {
		return nil, err
	}
	other, err := b.createApplication(ctx, "races-other")
	if err != nil {
		return nil, err
	}
	person, err := newBrowser(b.Issuer)
	if err != nil {
		return nil, err
	}
	to, _ := app.AuthorizationURL(map[string][]string{"scope": {"openid offline_access read"}})
	if err := person.through(ctx, to, "alice"); err != nil {
		return nil, err
	}
	return &races.Arena{
		App: app.App, Other: other.App, Admin: b.Admin, Client: races.NewClient(&http.Transport{}), Cookies: person.client.Jar.Cookies(person.issuer),
	}, nil
}

// moreReplicas starts servers until there are n, and returns what ends those that it
// started.
func (b *bench) moreReplicas(ctx context.Context, n int) (stop func(), err error) {
	first := b.Servers
	stop = func() {
		for _, server := range b.Servers[len(first):] {
			_ = server.Kill()
		}
		b.Servers = first
	}
	for i := len(first); i < n; i++ {
		server, err := b.startReplica(ctx, i)
		if err != nil {
			stop()
			return nil, err
		}
		b.Servers = append(b.Servers[:i:i], server)
	}
	return stop, nil
}

func (b *bench) startReplica(ctx context.Context, n int) (*devenv.Program, error) {
	var ports [2]int
	for i := range ports {
		var err error
		if ports[i], err = devenv.FreePort(); err != nil {
			return nil, err
		}
	}
	return devenv.StartProgram(ctx, devenv.ServerOptions(devenv.ServerSettings{
		Binary: b.Servers[0].Options().Binary, Kubeconfig: filepath.Join(b.Dir, devenv.ServerAccount+".kubeconfig"),
		Port: ports[0], MetricsPort: ports[1], LogFile: filepath.Join(b.Dir, fmt.Sprintf("server-%d.log", n)),
	}))
}
