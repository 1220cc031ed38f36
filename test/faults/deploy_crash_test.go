package faults

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"reflect"
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
// the objects that an operator has which nobody killed, and an inventory of them.
func TestCrashBetweenAnyTwoWritesOfADeployment(t *testing.T) {
	g := startBroken(t)
	serial := 0
	for _, name := range sortedKeys(deployJobs) {
		wanted := undisturbed(t, g, deployJobs[name])
		for n := 1; ; n++ {
			crashed := false
			serial++
			t.Run(fmt.Sprintf("%s, write %d", name, n), func(t *testing.T) {
				server := deployed(namespace(t), fmt.Sprintf("s%d", serial))
				crashed = crashDeployment(t, g, deployJobs[name], server, n)
				got := rests(t, g, server, deployJobs[name].objects)
				if !reflect.DeepEqual(got, wanted) {
					t.Errorf("there is:\n%v\ninstead of:\n%v", got, wanted)
				}
				eachOwned(t, g, server)
			})
			if !crashed {
				if n == 1 {
					t.Errorf("%s needs no write at all", name)
				}
				break
			}
		}
	}
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

// crashDeployment does a job and kills the operator after its n-th write. It reports
// whether there was such a write.
func crashDeployment(t *testing.T, g *grantor, j deployJob, server *oauthv1alpha1.OAuthServer, n int) bool {
	t.Helper()
	defer g.heal(t)
	prepare(t, g, j, server)
	var writes atomic.Int64
	last := devenv.CrashAfter(n, deployWrite, func() { _ = g.Operator.Kill() })
	g.proxy.SetHook(ofServer(server.Namespace, func(r *http.Request) devenv.Fault {
		if deployWrite(devenv.DescribeRequest(r).RequestKey) {
			writes.Add(1)
		}
		return last(r)
	}))
	beginDeployment(t, g, j, server)
	installation.Eventually(t, 2*convergence, func() bool {
		select {
		case <-g.Operator.Done():
			return true
		default:
		}
		if err := g.Admin.Get(t.Context(), client.ObjectKeyFromObject(server), server); err != nil {
			t.Fatal(err)
		}
		return server.Status.ObservedGeneration == server.Generation && reported(server) && len(server.Status.Inventory) == j.objects
	}, func() string { return "crash or end of the job" })
	g.proxy.SetHook(nil)
	if writes.Load() < int64(n) {
		return false
	}
	// What the last write did can be seen before the operator is dead.
	<-g.Operator.Done()
	return true
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
