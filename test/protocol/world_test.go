package protocol

import (
	"strings"
	"testing"
	"time"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// world is what one path happens in: an empty API server and new replicas.
type world struct {
	*fixture
	*schedule

	t testing.TB
	// beside is a replica whose requests are done at once and without faults.
	beside *server
	// code is a code that nobody has redeemed, grant the name of its Grant.
	code, grant string
	// told is what each client is told.
	told []*reply
}

// everywhere calls scene in a new world for each path with at most so many faults. scene
// returns what is wrong, or nothing.
func everywhere(t *testing.T, faults int, scene func(*world) string) {
	t.Helper()
	f := newFixture(t)
	paths := explore(func(p *path) bool {
		s := &schedule{api: &apiServer{grants: map[string]sessionv1alpha1.Grant{}}, path: p, faults: faults, arrived: make(chan arrival)}
		w := &world{fixture: f, schedule: s, t: t}
		w.beside = w.server(&replica{schedule: s, free: true}, 0)
		var err error
		if w.code, w.grant, err = f.code(); err != nil {
			t.Fatal(err)
		}
		wrong := scene(w)
		if wrong == "" && !w.promised() {
			wrong = "a client was told a success that was not stored"
		}
		if wrong != "" {
			t.Errorf("%s, after %s", wrong, strings.Join(s.order, ", "))
			return false
		}
		return true
	})
	t.Logf("%d orders", paths)
}

func (w *world) server(at *replica, off time.Duration) *server {
	w.t.Helper()
	s, err := w.fixture.server(at, off)
	if err != nil {
		w.t.Fatal(err)
	}
	return s
}

// begin starts a request of a client at a replica of its own, whose clock is off. What it
// is told is there when run has returned.
func (w *world) begin(actor string, off time.Duration, request func(*server) reply) *reply {
	w.t.Helper()
	s := w.server(&replica{schedule: w.schedule, actor: actor}, off)
	told := &reply{}
	w.told = append(w.told, told)
	w.start(func() { *told = request(s) })
	return told
}

// live reports whether the tokens of the Grant count in the end.
func (w *world) live() bool {
	w.t.Helper()
	g := w.stored()
	return g != nil && !g.Revoked
}

func (w *world) stored() *grants.Grant {
	w.t.Helper()
	g, err := w.beside.stored(w.grant)
	if err != nil {
		w.t.Fatal(err)
	}
	return g
}

// promised reports whether all that clients were told was stored.
func (w *world) promised() bool {
	w.t.Helper()
	g := w.stored()
	for _, told := range w.told {
		if !told.ok() || told.refresh == "" {
			continue
		}
		token, err := grants.ParseToken(told.refresh)
		if err != nil || g == nil || token.Generation > g.Generation {
			return false
		}
	}
	return true
}
