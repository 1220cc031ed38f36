package faults

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// job is something that the operator does in several writes.
type job struct {
	// begin makes the operator start; it returns the client.
	begin func(t *testing.T, g *grantor, c *oauthv1alpha1.OAuthClient)
	// created says that the client is there, and ready, before.
	created bool
	// meanwhile happens while the operator is down; nil for nothing.
	meanwhile func(t *testing.T, g *grantor, c *oauthv1alpha1.OAuthClient)
	// values is how many values the Secret may have had in all.
	values int
	// ages says that the job waits for the age of the secret.
	ages bool
}

// rounds is for how many rounds the clients of a job that waits are created in advance, so
// that they grow old together.
const rounds = 6

var jobs = map[string]job{
	"first creation": {begin: func(t *testing.T, g *grantor, c *oauthv1alpha1.OAuthClient) { create(t, g, c) }, values: 1},
	"rotation": {begin: func(t *testing.T, g *grantor, c *oauthv1alpha1.OAuthClient) { rotate(t, g, c, time.Now()) },
		created: true, values: 2},
	"lost Secret": {begin: deleteIt, created: true, values: 2},
	"rename":      {begin: rename("elsewhere"), created: true, values: 1},
	"rotation and rename": {begin: func(t *testing.T, g *grantor, c *oauthv1alpha1.OAuthClient) {
		edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) {
			requestAt(c, time.Now())
			c.Spec.Secret.Name = c.Name + "-elsewhere"
		})
	}, created: true, values: 2},
}

func deleteIt(t *testing.T, g *grantor, c *oauthv1alpha1.OAuthClient) { deleteSecret(t, g, c) }

func rename(suffix string) func(*testing.T, *grantor, *oauthv1alpha1.OAuthClient) {
	return func(t *testing.T, g *grantor, c *oauthv1alpha1.OAuthClient) {
		edit(t, g, c, func(c *oauthv1alpha1.OAuthClient) {
			c.Spec.Secret.Name = ""
			if suffix != "" {
				c.Spec.Secret.Name = c.Name + "-" + suffix
			}
		})
	}
}

// The operator is killed after its first write of each job, after its second, and so
// on until no job needs more. Whatever it leaves behind, its successor ends up
// with one Secret and no value more than was asked for.
func TestCrashBetweenAnyTwoWrites(t *testing.T) { crashEverywhere(t, jobs) }

// crashEverywhere does all jobs at once, which may be as many as the operator has workers.
// Each is held after its n-th write, and one crash then meets them all.
func crashEverywhere(t *testing.T, jobs map[string]job) {
	t.Helper()
	g := startBroken(t)
	type place struct {
		namespace string
		history   *history
	}
	open := map[string]place{}
	for name := range jobs {
		ns := namespace(t)
		open[name] = place{ns, record(t, g, ns)}
		for n := 1; n <= rounds && jobs[name].ages; n++ {
			create(t, g, installation.Service(ns, fmt.Sprintf("c%d", n)))
		}
	}
	for n := 1; len(open) > 0; n++ {
		t.Run(fmt.Sprintf("write %d", n), func(t *testing.T) {
			defer g.heal(t)
			dead := make(chan struct{})
			die := sync.OnceFunc(func() { close(dead) })
			defer die()
			var trials []*trial
			for _, name := range sortedKeys(open) {
				c := installation.Service(open[name].namespace, fmt.Sprintf("c%d", n))
				trials = append(trials, &trial{name: name, job: jobs[name], c: c, h: open[name].history, n: int64(n), dead: dead})
			}
			for _, one := range trials {
				one.prepare(t, g)
			}
			g.proxy.SetHook(func(r *http.Request) devenv.Fault {
				for _, one := range trials {
					if fault := one.fault(r); fault != nil {
						return fault
					}
				}
				return nil
			})
			for _, one := range trials {
				one.job.begin(t, g, one.c)
			}
			killTogether(t, g, trials)
			die()
			g.proxy.SetHook(nil)
			for _, one := range trials {
				if one.crashed() && one.job.meanwhile != nil {
					one.job.meanwhile(t, g, one.c)
				}
			}
			g.heal(t)
			for _, one := range trials {
				t.Run(one.name, func(t *testing.T) { one.check(t, g) })
				if one.crashed() {
					continue
				}
				if delete(open, one.name); n == 1 {
					t.Errorf("%s needs no write at all", one.name)
				}
			}
		})
		if t.Failed() {
			return
		}
	}
}

// killTogether kills the operator once each job has had its writes, unless it needs fewer
// and is done.
func killTogether(t *testing.T, g *grantor, trials []*trial) {
	t.Helper()
	waits := ""
	installation.Eventually(t, 2*convergence, func() bool {
		for _, one := range trials {
			if !one.crashed() && !one.done(t, g) {
				waits = one.name
				return false
			}
		}
		return true
	}, func() string { return "crash or end of " + waits })
	if !slices.ContainsFunc(trials, (*trial).crashed) {
		return
	}
	if err := g.Operator.Kill(); err != nil {
		t.Fatal(err)
	}
}

// trial is a job whose operator is killed after the n-th write.
type trial struct {
	name string
	job  job
	c    *oauthv1alpha1.OAuthClient
	h    *history
	n    int64
	// dead is closed when the operator is.
	dead chan struct{}
	// before is the value that the Secret had at first.
	before string
	writes atomic.Int64
	wrote  atomic.Bool
}

func (one *trial) prepare(t *testing.T, g *grantor) {
	t.Helper()
	if one.job.created {
		if !one.job.ages || one.n > rounds {
			create(t, g, one.c)
		}
		settled(t, g, one.c, func() bool { return true })
		one.before = g.Value(t, one.c)
	}
}

// fault forwards n writes of the job. The last is not answered, and what comes after it is
// not forwarded.
func (one *trial) fault(r *http.Request) devenv.Fault {
	about := devenv.DescribeRequest(r)
	if about.Namespace != one.c.Namespace {
		return nil
	}
	last := one.writes.Load()
	if credentialWrite(about.RequestKey) {
		if last = one.writes.Add(1); last == one.n {
			return devenv.LoseAnswer(func() {
				one.wrote.Store(true)
				<-one.dead
			})
		}
		last--
	}
	if last < one.n {
		return nil
	}
	return devenv.Drop()
}

// crashed reports whether the job has had its writes.
func (one *trial) crashed() bool { return one.wrote.Load() }

// complete reports whether the Secret has the value that the job ends with.
func (one *trial) complete(t testing.TB, g *grantor) bool {
	t.Helper()
	return secretExists(t, g, one.c) && (!one.job.created || one.job.values == 1 || g.Value(t, one.c) != one.before)
}

// done reports whether the job needed fewer writes.
func (one *trial) done(t testing.TB, g *grantor) bool {
	t.Helper()
	return one.writes.Load() < one.n && secretExists(t, g, reload(t, g, one.c)) && isSettled(t, g, one.c) && one.complete(t, g)
}

func (one *trial) check(t *testing.T, g *grantor) {
	t.Helper()
	settled(t, g, one.c, func() bool { return one.complete(t, g) })
	if names := ownSecrets(t, g, one.c); len(names) != 1 {
		t.Errorf("the client has the Secrets %v", names)
	}
	values := one.h.of(t, g, one.c)
	if len(values) != one.job.values {
		t.Errorf("the Secret had %d values, not %d", len(values), one.job.values)
	}
	if one.before != "" {
		mustAuthenticate(t, g, one.c, one.before, "the old secret, within the overlap")
	}
}

func secretExists(t testing.TB, g *grantor, c *oauthv1alpha1.OAuthClient) bool {
	t.Helper()
	return slices.Contains(ownSecrets(t, g, c), c.ClientSecretName())
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
