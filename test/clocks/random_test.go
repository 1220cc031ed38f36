package clocks

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/history"
	"github.com/grantor-dev/grantor/test/installation"
)

var (
	raceCount = flag.Int("races", 100, "number of random races")
	seed      = flag.Uint64("seed", uint64(time.Now().UnixNano()), "seed of the random races")
)

const (
	// grace is that of the application: no retry of a race comes so late.
	grace = time.Minute
	// workers is how many races run at once.
	workers = 6
)

// driver sends the requests of random races.
type driver struct {
	t          testing.TB
	app, other installation.App
	// witness is a replica whose API server has no faults.
	witness string
	// urls are those of the replicas that the requests go to.
	urls    []string
	cookies []*http.Cookie
	client  *http.Client
	told    *tally
}

// tally counts answers by kind of request.
type tally struct {
	mu    sync.Mutex
	count map[string]int
}

func (c *tally) add(kind history.Kind, answer history.Answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count[string(kind)+" "+string(answer)]++
}

// TestRandomRaces lets random requests for the same codes, tokens and logins meet at three
// replicas whose clocks are 30 s apart and whose API server fails in every way, each time
// another. What clients were told is checked after each race. make faults runs 10,000.
func TestRandomRaces(t *testing.T) {
	t.Logf("-seed=%d -races=%d", *seed, *raceCount)
	d := newDriver(t)
	d.disturb(t)
	secrets := d.watchSecrets(t)
	var next, findings atomic.Int64
	began := time.Now()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for n := next.Add(1); n <= int64(*raceCount) && findings.Load() < 10; n = next.Add(1) {
				r := d.race(uint64(n))
				name := r.run()
				findings.Add(r.check(fmt.Sprintf("race %d, %s", n, name)))
				if n%500 == 0 {
					t.Logf("%d races in %s, %d findings", n, time.Since(began).Round(time.Second), findings.Load())
				}
			}
		})
	}
	for n := range 1 + *raceCount/2000 {
		secrets.rotate(t, n)
	}
	wg.Wait()
	secrets.check(t)
	t.Logf("%d races in %s, %d findings; answers %v", *raceCount, time.Since(began).Round(time.Second), findings.Load(), d.told.count)
	for _, kind := range []history.Kind{history.Redemption, history.Refresh, history.Use} {
		for _, answer := range []history.Answer{history.Accepted, history.Refused, history.Unknown} {
			if d.told.count[string(kind)+" "+string(answer)] == 0 {
				t.Errorf("no %s was %s", kind, answer)
			}
		}
	}
}

func newDriver(t *testing.T) *driver {
	t.Helper()
	g := shared.Grantor(t)
	namespace := shared.Namespace(t)
	setGrace(t, g, &metav1.Duration{Duration: grace})
	t.Cleanup(func() { setGrace(t, g, nil) })
	patient := func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.AuthorizationCode.Lifetime = &metav1.Duration{Duration: 10 * time.Minute}
	}
	d := &driver{
		t: t, witness: g.Issuer, told: &tally{count: map[string]int{}},
		app:   g.NewApp(t, installation.Application(namespace, "app", patient)),
		other: g.NewApp(t, installation.Application(namespace, "other")),
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // it is one
	transport.MaxIdleConnsPerHost = 100
	d.client = &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	d.cookies = d.signIn(t)
	return d
}

// disturb starts the replicas.
func (d *driver) disturb(t *testing.T) {
	t.Helper()
	for i, by := range []time.Duration{0, 30 * time.Second, -30 * time.Second} {
		r, proxy := startBehind(t, shared.Grantor(t), by)
		one := &disturbed{proxy: proxy, random: random(uint64(i) << 32)}
		d.urls = append(d.urls, r.url)
		proxy.SetHook(one.fault)
		t.Cleanup(func() { proxy.SetHook(nil) })
	}
}

// random returns the random numbers of one race.
func random(n uint64) *rand.Rand {
	return rand.New(rand.NewPCG(*seed, n))
}

// setGrace sets the grace period of the server; nil is the default.
func setGrace(t testing.TB, g *installation.Installation, to *metav1.Duration) {
	t.Helper()
	g.ChangeServer(t, func(s *oauthv1alpha1.OAuthServer) { s.Spec.Tokens.RefreshToken.GracePeriod = to })
}

// signIn signs a user in at the witness, and lets the application have all that it asks
// for. It returns the cookies of the browser.
func (d *driver) signIn(t testing.TB) []*http.Cookie {
	t.Helper()
	v := installation.NewVisitor(http.DefaultTransport, d.witness)
	for _, scope := range []string{"openid", "openid offline_access read"} {
		d.app.Code(t, v, "alice", url.Values{"scope": {scope}})
	}
	return v.Cookies(d.witness)
}

// disturbed is a replica whose API server fails at random.
type disturbed struct {
	proxy *devenv.FaultProxy

	mu     sync.Mutex
	random *rand.Rand
}
