package kubectl

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

const (
	// many are more than one answer of the API server has.
	many = 3_000
	// ofTheOther are those of another client, every tenth.
	ofTheOther = many / 10
)

// Thousands are listed in pages. Those of one client end, although the API server answers
// with conflicts and cannot write three of them; what failed ends the next time.
func TestThousandsOfSessions(t *testing.T) {
	t.Parallel()
	ns := shared.Namespace(t)
	c := server(t, ns)
	create(t, c, ns)
	all := oauth(t, "get", "grants", "-n", ns, "-o", "name")
	all.want(t, 0)
	if n := strings.Count(all.stdout, "\n"); n != many {
		t.Errorf("%d Grants are listed", n)
	}

	proxy, err := devenv.StartFaultProxy(shared.Grantor(t).Kube.Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	bind(t, ns, "grantor-session-admin")
	kubeconfig := account(t, ns, proxy.Account())
	as := func(args ...string) result { return finish(t, command(t, kubeconfig, append(args, "-n", ns)...)) }
	installation.Eventually(t, bound, func() bool { return as("get", "approvals").code == 0 }, func() string { return "right to list" })
	before := proxy.Counts()[devenv.RequestKey{Verb: "list", Group: "session.grantor.dev", Resource: "grants"}]
	proxy.SetHook(faulty())
	args := []string{"revoke", "--client", "shop.other"}
	some := as(args...)
	some.fails(t, fmt.Sprintf("3 of %d session objects were not ended", ofTheOther))
	some.want(t, 1, fmt.Sprintf("Ended %d Grants.", ofTheOther-3), "NOT ENDED")
	// Twice all of them, at most 500 in a page.
	if lists := proxy.Counts()[devenv.RequestKey{Verb: "list", Group: "session.grantor.dev", Resource: "grants"}] - before; lists < 2*many/500 {
		t.Errorf("%d requests listed the Grants", lists)
	}
	proxy.SetHook(nil)
	as(args...).want(t, 0, "Ended 3 Grants.")
	as(args...).want(t, 0, "Ended nothing.")
}

func create(t *testing.T, c client.Client, ns string) {
	t.Helper()
	var done sync.WaitGroup
	numbers := make(chan int)
	for range 16 {
		done.Go(func() {
			for i := range numbers {
				id := "shop.web"
				if i%10 == 0 {
					id = "shop.other"
				}
				if err := c.Create(t.Context(), session(ns, fmt.Sprintf("g-%05d", i), id, "local:ada")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range many {
		numbers <- i
	}
	close(numbers)
	done.Wait()
}

// faulty refuses the first attempt to end each Grant with a conflict, and all attempts at
// three of them.
func faulty() devenv.Hook {
	var mu sync.Mutex
	tried := map[string]bool{}
	never := map[string]bool{"g-00000": true, "g-01500": true, "g-02990": true}
	return func(r *http.Request) devenv.Fault {
		request := devenv.DescribeRequest(r)
		if request.Verb != "patch" || request.Resource != "grants" {
			return devenv.Pass()
		}
		mu.Lock()
		defer mu.Unlock()
		switch first := !tried[request.Name]; {
		case never[request.Name]:
			return devenv.Refuse(http.StatusInternalServerError, metav1.StatusReasonInternalError, "etcd is away")
		case first:
			tried[request.Name] = true
			return devenv.Refuse(http.StatusConflict, metav1.StatusReasonConflict, "the object has been modified")
		}
		return devenv.Pass()
	}
}
