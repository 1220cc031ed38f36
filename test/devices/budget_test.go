package devices

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// Each step of a device and its user, counted exactly at the API server: by a link there are
// two writes, with a typed code four, and a device that waits costs nothing.
func TestBudgetsOfDevices(t *testing.T) {
	t.Parallel()
	g, proxy := installation.Isolated(t)
	app := g.NewApp(t, installation.Application(devenv.Namespace(t, g.Kube.Config), "cli", public))
	v := installation.NewVisitor(http.DefaultTransport, g.Issuer)
	d := begin(t, app, nil)
	v.SignIn(t, v.Get(t, d.typed), "alice", "alice-password")
	ledger := installation.NewLedger(t, g, proxy)
	var view installation.View
	ledger.Step(t, "100 devices that begin and wait", installation.Asks(), func() {
		for n := range 100 {
			if n%25 == 0 {
				begin(t, app, nil)
			}
			if code := d.poll(t, d.Issuer).Code(); code != "authorization_pending" && code != "slow_down" {
				t.Errorf("a device that waits gets %s", code)
			}
		}
	})
	ledger.Step(t, "opening the link", installation.Asks("get logins"), func() { view = v.Get(t, d.link) })
	ledger.Step(t, "allowing", installation.Asks("get logins", "create approvals"), func() { view = v.Decide(t, view, "allow") })
	ledger.Step(t, "redeeming", installation.Asks("get approvals", "get grants", "create grants"), func() { d.awaited(t) })
	ledger.Step(t, "redeeming again", installation.Asks("get approvals", "get grants"), func() { d.awaited(t) })

	d = begin(t, app, nil)
	ledger.Step(t, "typing the code, of which the device asks",
		installation.Asks("get logins", "get logins", "create approvals", "get logins", "get approvals", "update approvals", "get approvals"), func() {
			created := func() int {
				return proxy.Counts()[devenv.RequestKey{Verb: "create", Group: "session.grantor.dev", Resource: "approvals"}]
			}
			before := created()
			var polls sync.WaitGroup
			defer polls.Wait()
			polls.Go(func() {
				for wait := time.Now(); created() == before && time.Since(wait) < convergence; {
					time.Sleep(10 * time.Millisecond)
				}
				// The copy of the replica hears of it.
				time.Sleep(300 * time.Millisecond)
				d.poll(t, d.Issuer)
			})
			page := v.Get(t, d.typed)
			view = v.Submit(t, page, codeForm(t, page), url.Values{"user_code": {d.userCode}})
		})
	if !strings.Contains(view.Body, d.userCode) {
		t.Fatalf("the code leads to %d %s", view.Status, view.Body)
	}
	ledger.Step(t, "allowing it", installation.Asks("get logins", "get approvals", "update approvals"), func() { v.Decide(t, view, "allow") })
	ledger.Step(t, "redeeming it", installation.Asks("get approvals", "get grants", "create grants"), func() { d.awaited(t) })
}
