package faults

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// bare is how many objects a server has that is not exposed.
const bare = 9

// deployJob is something that the operator does to a deployment in several writes.
type deployJob struct {
	// before is the server that is there already; nil if it is created.
	before func(*oauthv1alpha1.OAuthServer)
	// to is what is then wanted, and objects how many there are in the end.
	to      func(*oauthv1alpha1.OAuthServer)
	objects int
}

var deployJobs = map[string]deployJob{
	"first deployment":      {to: exposed, objects: bare + 1},
	"another configuration": {before: hidden, to: altered, objects: bare},
	"exposed":               {before: hidden, to: exposed, objects: bare + 1},
	"hidden":                {before: exposed, to: hidden, objects: bare},
	"deployed no more":      {before: exposed, to: undeployed},
}

// The operator is killed after its first write of a deployment, after its second, and
// so on until there are no more. Whatever it leaves behind, its successor ends up with
// the objects that an operator has which nobody killed, and an inventory of them. All jobs
// are done at once, and one crash meets them all.
func TestCrashBetweenAnyTwoWritesOfADeployment(t *testing.T) {
	g := startBroken(t)
	wanted := map[string]map[string]string{}
	for _, name := range sortedKeys(deployJobs) {
		wanted[name] = undisturbed(t, g, deployJobs[name])
	}
	open, serial := maps.Clone(deployJobs), 0
	for n := 1; len(open) > 0; n++ {
		t.Run(fmt.Sprintf("write %d", n), func(t *testing.T) {
			defer g.heal(t)
			var trials []*deployTrial
			for _, name := range sortedKeys(open) {
				serial++
				server := deployed(namespace(t), fmt.Sprintf("s%d", serial))
				trials = append(trials, &deployTrial{name: name, job: open[name], server: server, n: int64(n)})
			}
			crashDeployments(t, g, trials)
			for _, one := range trials {
				t.Run(one.name, func(t *testing.T) {
					if got := rests(t, g, one.server, one.job.objects); !reflect.DeepEqual(got, wanted[one.name]) {
						t.Errorf("there is:\n%v\ninstead of:\n%v", got, wanted[one.name])
					}
					eachOwned(t, g, one.server)
				})
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

// deployTrial is a job whose operator is killed after the n-th write.
type deployTrial struct {
	name   string
	job    deployJob
	server *oauthv1alpha1.OAuthServer
	n      int64
	writes atomic.Int64
	wrote  atomic.Bool
}

// fault forwards n writes of the job. The last is not answered, and what comes after it is
// not forwarded, so that the operator, which does one server after the other, goes on with
// the others until it is killed.
func (one *deployTrial) fault(r *http.Request) devenv.Fault {
	return ofServer(one.server.Namespace, func(r *http.Request) devenv.Fault {
		last := one.writes.Load()
		if deployWrite(devenv.DescribeRequest(r).RequestKey) {
			if last = one.writes.Add(1); last == one.n {
				return devenv.LoseAnswer(func() { one.wrote.Store(true) })
			}
			last--
		}
		if last < one.n {
			return nil
		}
		return devenv.Drop()
	})(r)
}

// crashed reports whether the job has had its writes.
func (one *deployTrial) crashed() bool { return one.wrote.Load() }

// done reports whether the job needed fewer writes.
func (one *deployTrial) done(t *testing.T, g *grantor) bool {
	t.Helper()
	if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(one.server), one.server); err != nil {
		t.Fatal(err)
	}
	return one.server.Status.ObservedGeneration == one.server.Generation && reported(one.server) &&
		len(one.server.Status.Inventory) == one.job.objects && one.writes.Load() < one.n
}

// crashDeployments does jobs, kills the operator once each has had its writes, unless it needs
// fewer and is done, and starts it again.
func crashDeployments(t *testing.T, g *grantor, trials []*deployTrial) {
	t.Helper()
	for _, one := range trials {
		prepare(t, g, one.job, one.server)
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
		beginDeployment(t, g, one.job, one.server)
	}
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
	if slices.ContainsFunc(trials, (*deployTrial).crashed) {
		if err := g.Operator.Kill(); err != nil {
			t.Fatal(err)
		}
	}
	g.heal(t)
}

// undisturbed returns what a job ends with.
func undisturbed(t *testing.T, g *grantor, j deployJob) map[string]string {
	t.Helper()
	g.proxy.SetHook(nil)
	server := deployed(namespace(t), "calm")
	beginDeployment(t, g, j, server)
	return rests(t, g, server, j.objects)
}

// beginDeployment makes the operator start with a job.
func beginDeployment(t *testing.T, g *grantor, j deployJob, server *oauthv1alpha1.OAuthServer) {
	t.Helper()
	if j.before == nil {
		j.to(server)
		if err := g.Admin.Create(t.Context(), server); err != nil {
			t.Fatal(err)
		}
		return
	}
	change(t, g, prepare(t, g, j, server), j.to)
}

// prepare creates the server that is there before, unless it is there.
func prepare(t *testing.T, g *grantor, j deployJob, server *oauthv1alpha1.OAuthServer) *oauthv1alpha1.OAuthServer {
	t.Helper()
	if j.before == nil || server.UID != "" {
		return server
	}
	j.before(server)
	if err := g.Admin.Create(t.Context(), server); err != nil {
		t.Fatal(err)
	}
	objects := bare
	if server.Spec.Exposure != nil {
		objects++
	}
	rests(t, g, server, objects)
	return server
}

// A server that is deleted takes along what the garbage collector does not know of,
// although the operator was down when it went or dies of it.
func TestCrashWhileAServerIsDeleted(t *testing.T) {
	g := startBroken(t)
	for n := range 2 {
		t.Run(fmt.Sprintf("%d writes before the crash", n), func(t *testing.T) {
			defer g.heal(t)
			server := prepare(t, g, deployJob{before: exposed}, deployed(namespace(t), "gone"))
			if n == 0 {
				if err := g.Operator.Kill(); err != nil {
					t.Fatal(err)
				}
				<-g.Operator.Done()
			} else {
				g.proxy.SetHook(ofServer(server.Namespace, devenv.CrashAfter(n, deployWrite, func() { _ = g.Operator.Kill() })))
			}
			if err := g.Admin.Delete(t.Context(), server); err != nil {
				t.Fatal(err)
			}
			<-g.Operator.Done()
			g.heal(t)
			var found map[string]string
			installation.Eventually(t, 2*convergence, func() bool {
				found = left(t, g, server)
				return len(found) == 0
			}, func() string { return fmt.Sprintf("server that left nothing; there is %v", sortedKeys(found)) })
		})
	}
}

// Two operators that both believe to be the leader make one deployment of each server.
func TestTwoOperatorsDeploy(t *testing.T) {
	g := startBroken(t)
	second, err := g.operator(t.Context(), devenv.ServiceAccountOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := second.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	wanted := map[string]map[string]string{}
	ns := namespace(t)
	servers := make([]*oauthv1alpha1.OAuthServer, 5)
	for n := range servers {
		servers[n] = deployed(ns, fmt.Sprintf("contested-%d", n), exposed)
		if err := g.Admin.Create(t.Context(), servers[n]); err != nil {
			t.Fatal(err)
		}
	}
	for step, objects := range []int{bare + 1, bare, 0, bare + 1} {
		for _, server := range servers {
			to := []func(*oauthv1alpha1.OAuthServer){nil, hidden, undeployed, func(s *oauthv1alpha1.OAuthServer) { s.Spec = deployed(ns, "", exposed).Spec }}[step]
			if to != nil {
				change(t, g, server, to)
			}
		}
		for _, server := range servers {
			got := rests(t, g, server, objects)
			key := fmt.Sprint(step)
			if wanted[key] == nil {
				wanted[key] = maps.Clone(got)
			}
			if !reflect.DeepEqual(got, wanted[key]) {
				t.Errorf("%s has, in step %d:\n%v\ninstead of:\n%v", server.Name, step, got, wanted[key])
			}
			eachOwned(t, g, server)
		}
	}
}

// An API server that fails now and then makes a deployment slower, and nothing else.
func TestUnreliableAPIServerForADeployment(t *testing.T) {
	g := startBroken(t)
	wanted := undisturbed(t, g, deployJobs["first deployment"])
	for name, fault := range map[string]devenv.Fault{
		"conflicts":         devenv.Refuse(http.StatusConflict, metav1.StatusReasonConflict, "no"),
		"too many requests": devenv.Refuse(http.StatusTooManyRequests, metav1.StatusReasonTooManyRequests, "no"),
		"internal errors":   devenv.Refuse(http.StatusInternalServerError, metav1.StatusReasonInternalError, "no"),
		"broken off":        devenv.Drop(),
		"answers lost":      devenv.LoseAnswer(nil),
	} {
		t.Run(name, func(t *testing.T) {
			defer g.heal(t)
			ns := namespace(t)
			g.proxy.SetHook(ofServer(ns, every(3, deployWrite, fault)))
			server := deployed(ns, "tried")
			beginDeployment(t, g, deployJobs["first deployment"], server)
			if got := rests(t, g, server, bare+1); !reflect.DeepEqual(got, wanted) {
				t.Errorf("there is:\n%v\ninstead of:\n%v", got, wanted)
			}
			change(t, g, server, hidden)
			rests(t, g, server, bare)
			if err := g.Admin.Delete(t.Context(), server); err != nil {
				t.Fatal(err)
			}
			installation.Eventually(t, 2*convergence, func() bool {
				err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(server), server)
				return apierrors.IsNotFound(err) && len(left(t, g, server)) == 0
			}, func() string { return "server that left nothing" })
		})
	}
}
