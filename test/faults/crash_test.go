package faults

import (
	"fmt"
	"net/http"
	"slices"
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
}

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

// The operator is killed after its first write of a job, after its second, and so
// on until the job needs no more. Whatever it leaves behind, its successor ends up
// with one Secret and no value more than was asked for.
func TestCrashBetweenAnyTwoWrites(t *testing.T) { crashEverywhere(t, jobs) }

func crashEverywhere(t *testing.T, jobs map[string]job) {
	t.Helper()
	g := startBroken(t)
	ns := namespace(t)
	h := record(t, g, ns)
	serial := 0
	for _, name := range sortedKeys(jobs) {
		for n := 1; ; n++ {
			crashed := false
			serial++
			c := installation.Service(ns, fmt.Sprintf("c%d", serial))
			t.Run(fmt.Sprintf("%s, write %d", name, n), func(t *testing.T) { crashed = crash(t, g, h, jobs[name], c, n) })
			if !crashed {
				if n == 1 {
					t.Errorf("%s needs no write at all", name)
				}
				break
			}
		}
	}
}

// crash does a job and kills the operator after its n-th write. It reports whether
// there was such a write.
func crash(t *testing.T, g *grantor, h *history, j job, c *oauthv1alpha1.OAuthClient, n int) bool {
	defer g.heal(t)
	var before string
	if j.created {
		create(t, g, c)
		settled(t, g, c, func() bool { return true })
		before = g.Value(t, c)
	}
	var writes atomic.Int64
	last := devenv.CrashAfter(n, credentialWrite, func() { _ = g.Operator.Kill() })
	g.proxy.SetHook(within(c.Namespace, func(r *http.Request) devenv.Fault {
		if credentialWrite(devenv.DescribeRequest(r).RequestKey) {
			writes.Add(1)
		}
		return last(r)
	}))
	j.begin(t, g, c)
	complete := func() bool { return !j.created || j.values == 1 || g.Value(t, c) != before }
	installation.Eventually(t, convergence, func() bool {
		select {
		case <-g.Operator.Done():
			return true
		default:
			return secretExists(t, g, reload(t, g, c)) && isSettled(t, g, c) && complete()
		}
	}, func() string { return "crash or end of the job" })
	g.proxy.SetHook(nil)
	crashed := writes.Load() >= int64(n)
	if crashed {
		// What the last write did can be seen before the operator is dead.
		<-g.Operator.Done()
	}
	if crashed && j.meanwhile != nil {
		j.meanwhile(t, g, c)
	}
	g.heal(t)
	settled(t, g, c, func() bool { return secretExists(t, g, c) && complete() })

	if names := ownSecrets(t, g, c); len(names) != 1 {
		t.Errorf("the client has the Secrets %v", names)
	}
	values := h.of(t, g, c)
	if len(values) != j.values {
		t.Errorf("the Secret had %d values, not %d", len(values), j.values)
	}
	if before != "" {
		mustAuthenticate(t, g, c, before, "the old secret, within the overlap")
	}
	return crashed
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
