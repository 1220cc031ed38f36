package factors

import (
	"net/http"
	"net/url"
	"slices"
	"testing"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// victim is a replica that is killed around a write.
type victim struct {
	url     string
	proxy   *devenv.FaultProxy
	program *devenv.Program
}

func startVictim(t testing.TB, g *installation.Installation) *victim {
	t.Helper()
	kubeconfig, proxy := g.Behind(t)
	program := g.StartReplica(t, devenv.ServerSettings{Kubeconfig: kubeconfig, LogLevel: "error"})
	return &victim{url: named(program.Options().URL), proxy: proxy, program: program}
}

// die lets the replica be killed before or after the first write of a resource that a request
// leads to, and starts it again.
func (v *victim) die(t *testing.T, when, resource string, request func(testing.TB)) {
	t.Helper()
	writes := func(key devenv.RequestKey) bool { return key.Resource == resource && key.IsWrite() }
	installation.Victim{Proxy: v.proxy, Program: v.program}.Die(t, when, writes, request)
}

// TestKilledAroundAWrite kills a replica before and after each write of a sign-in: a code that
// was used up signs nobody in, one that was not still counts, and the next one always does.
func TestKilledAroundAWrite(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	v := startVictim(t, g)
	for _, resource := range []string{"enrollments", "logins"} {
		for _, when := range []string{"before", "after"} {
			t.Run(when+" that of "+resource, func(t *testing.T) {
				p := newPerson(t, g, "killed-"+when+"-"+resource)
				p.enroll(t)
				p.knownAt(t, v.url)
				browser := stayingAt(g, v.url)
				view := p.at(t, browser, v.url+"/account")
				asked, code := form(t, view, "code", ""), p.app.code()
				submit := func(t testing.TB, code string) installation.View {
					t.Helper()
					return browser.Submit(t, view, asked, url.Values{"code": {code}})
				}
				v.die(t, when, resource, func(t testing.TB) { submit(t, code) })
				if signedInAt(t, browser, v.url) {
					t.Error("a sign-in that was not answered counts")
				}
				used := when == "after" || resource == "logins"
				if answer := submit(t, code); used != (answer.Status == http.StatusForbidden) || used == signedInAt(t, browser, v.url) {
					t.Errorf("the same code once more: %d %s", answer.Status, answer.Body)
				}
				if !used {
					return
				}
				if answer := submit(t, p.app.code()); answer.Status != http.StatusOK || !signedInAt(t, browser, v.url) {
					t.Errorf("the next code: %d %s", answer.Status, answer.Body)
				}
			})
		}
	}
}

// TestKilledWhileEnrolling kills a replica around the write of a new app. Whatever the user was
// told, the app is either there and asked for, or not there.
func TestKilledWhileEnrolling(t *testing.T) {
	g := grantor(t, oauthv1alpha1.SecondFactorOffer)
	v := startVictim(t, g)
	for _, when := range []string{"before", "after"} {
		t.Run(when, func(t *testing.T) {
			p := newPerson(t, g, "adding-"+when)
			p.knownAt(t, v.url)
			browser := stayingAt(g, v.url)
			view := p.at(t, browser, v.url+"/account/security")
			view = press(t, browser, view, "new-app")
			p.app = scan(t, view)
			asked, values := form(t, view, "code", ""), url.Values{"action": {"add"}, "code": {p.app.code()}}
			v.die(t, when, "enrollments", func(t testing.TB) { browser.Submit(t, view, asked, values) })
			stored := when == "after"
			if e := p.enrollment(t); stored != (e != nil && slices.Contains(e.Spec.Factors, "totp")) {
				t.Errorf("stored: %v", e)
			}
			if answer := browser.Submit(t, view, asked, values); answer.Status >= http.StatusInternalServerError {
				t.Errorf("the same form once more: %d %s", answer.Status, answer.Body)
			} else if !stored {
				recoveryCodes(t, answer)
			}
			fresh := stayingAt(g, v.url)
			if view := p.at(t, fresh, v.url+"/account"); signedInAt(t, fresh, v.url) {
				t.Error("the password alone is enough")
			} else if answer := give(t, fresh, view, p.app.code()); answer.Status != http.StatusOK || !signedInAt(t, fresh, v.url) {
				t.Errorf("the next code: %d %s", answer.Status, answer.Body)
			}
		})
	}
}
