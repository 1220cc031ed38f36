package clocks

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/history"
)

var killCount = flag.Int("kills", 8, "number of kills of replicas between two writes")

const (
	// victims is how many replicas are killed beside each other.
	victims = 2
	// lives is how many kills the sessions of one history go through.
	lives = 10
)

// TestD16KillsBetweenWrites kills replicas, each a process of its own, before or after some
// write of theirs, while clients redeem, refresh and revoke. No session that a client was
// given is lost, and what was revoked stays so. make faults kills 1,000 times.
func TestD16KillsBetweenWrites(t *testing.T) {
	t.Logf("-seed=%d -kills=%d", *seed, *killCount)
	d := newDriver(t)
	var killed, sessions atomic.Int64
	began := time.Now()
	var wg sync.WaitGroup
	for i := range victims {
		v := startVictim(t, d)
		wg.Go(func() {
			for n := 0; killed.Load() < int64(*killCount) && !t.Failed(); n++ {
				r := v.driver.race(uint64(i)<<40 + uint64(n))
				sessions.Add(int64(v.live(r, &killed)))
				r.check(fmt.Sprintf("history %d of replica %d", n, i))
				t.Logf("%d kills, %d sessions in %s", killed.Load(), sessions.Load(), time.Since(began).Round(time.Second))
			}
		})
	}
	wg.Wait()
	t.Logf("answers %v", d.told.count)
}

// victim is a replica that is killed.
type victim struct {
	driver  *driver
	proxy   *devenv.FaultProxy
	program *devenv.Program
}

func startVictim(t *testing.T, d *driver) *victim {
	t.Helper()
	root, err := devenv.RepoRoot()
	if err != nil {
		t.Fatal(err)
	}
	// It starts all the time, which takes long with the race detector.
	binary, err := devenv.GrantorBinary(t.Context(), root, false)
	if err != nil {
		t.Fatal(err)
	}
	g := shared.Grantor(t)
	kubeconfig, proxy := g.Behind(t)
	v := &victim{proxy: proxy}
	v.program = g.StartReplica(t, devenv.ServerSettings{Binary: binary, Kubeconfig: kubeconfig, LogLevel: "error"})
	beside := *d
	v.driver = &beside
	v.driver.urls = []string{v.program.Options().URL}
	return v
}

// live lets clients use the replica while it is killed, again and again, and returns how
// many sessions they have in the end.
func (v *victim) live(r *race, killed *atomic.Int64) int {
	owners := make([]owner, 4)
	for i := range owners {
		owners[i] = owner{race: r, at: v.driver.urls[0], fickle: i == 0}
	}
	for range min(lives, max(*killCount/victims, 1)) {
		dying, dead := make(chan struct{}), make(chan struct{})
		v.proxy.SetHook(dieAt(1+r.random.IntN(8), r.random.IntN(2) == 0, func() {
			close(dying)
			<-dead
		}))
		all := []func(){func() {
			defer close(dead)
			<-dying
			if err := v.program.Kill(); err != nil {
				r.t.Error(err)
			}
		}}
		for i := range owners {
			all = append(all, func() {
				for told := history.Accepted; told != history.Unknown; {
					told = owners[i].step()
				}
			})
		}
		together(all)
		v.proxy.SetHook(nil)
		if err := v.program.Restart(context.Background()); err != nil {
			r.t.Error(err)
			return 0
		}
		killed.Add(1)
	}
	sessions := 0
	for i := range owners {
		for try, told := 0, history.Unknown; told == history.Unknown && try < 5; try++ {
			told = owners[i].step()
		}
		if last := owners[i].has; last.refresh != "" {
			sessions++
			r.look([]tokens{last})
		}
	}
	return sessions
}

// dieAt kills at the n-th write of a session object, before or after it is done. Nothing is
// forwarded from then on.
func dieAt(n int, before bool, kill func()) devenv.Hook {
	writes := func(key devenv.RequestKey) bool { return key.Group == "session.grantor.dev" && key.IsWrite() }
	if !before {
		return devenv.CrashAfter(n, writes, kill)
	}
	var seen atomic.Int64
	return func(r *http.Request) devenv.Fault {
		if writes(devenv.DescribeRequest(r).RequestKey) && seen.Add(1) == int64(n) {
			kill()
		}
		if seen.Load() >= int64(n) {
			return devenv.Drop()
		}
		return nil
	}
}

// owner is a client with a session that it takes through kills. It repeats a request that
// was not answered.
type owner struct {
	*race

	at   string
	code code
	has  tokens
	// fickle says that it revokes what it gets.
	fickle bool
}

// step sends the next request, or once more the one that was not answered.
func (o *owner) step() history.Answer {
	switch {
	case o.has.refresh == "":
		if o.code.text == "" {
			o.code = o.authorize(o.cookies, "", true)
		}
		got, told := o.redeem(o.at, o.code)
		if told != history.Unknown {
			o.has, o.code = got, code{}
		}
		return told
	case o.fickle:
		told := o.revoke(o.at, o.has.refresh)
		if told == history.Accepted {
			o.use(o.witness, o.has.access, true)
			o.has = tokens{}
		}
		return told
	}
	got, told := o.refresh(o.at, o.has.refresh)
	if told != history.Unknown {
		o.has = got // Nothing if it was refused, which is a finding.
	}
	return told
}
