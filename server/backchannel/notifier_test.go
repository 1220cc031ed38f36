package backchannel

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/grantor-dev/grantor/internal/clientspec"
	"github.com/grantor-dev/grantor/server/clients"
	"github.com/grantor-dev/grantor/server/keys/keystest"
	"github.com/grantor-dev/grantor/server/storage/grants"
)

// world is what a Notifier meets: one client and what the person gave it.
type world struct {
	mu sync.Mutex
	// uri is empty once the client does not want to be told any more; uid is that of the
	// present client.
	uri, uid string
	unwanted bool
	// failures is how often the Grants cannot be read, asked how often they were.
	failures, asked int
	held            []*grants.Grant
}

var (
	_ Clients = (*world)(nil)
	_ Grants  = (*world)(nil)
)

func (w *world) Client(id string) (*clients.Client, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if id != "team.app" {
		return nil, nil //nolint:nilnil // as the interface says
	}
	spec := clientspec.Client{ID: id, UID: "uid", Namespace: "team", Name: "app"}
	if w.uid != "" {
		spec.UID = "another"
	}
	spec.Interactive.BackchannelURI, spec.Tokens.IDAlgorithm = w.uri, "ES256"
	return clients.New(spec), nil
}

func (w *world) Notified() bool { return !w.unwanted }

func (w *world) From(context.Context, string, string) ([]*grants.Grant, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.asked++; w.asked <= w.failures {
		return nil, errors.New("storage is away")
	}
	return w.held, nil
}

func (w *world) change(how func(*world)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	how(w)
}

// notifier returns one that waits a moment between tries, what it counts, and its log.
func notifier(t *testing.T, w *world) (*Notifier, chan Outcome, *bytes.Buffer) {
	t.Helper()
	store, log, counted := keystest.NewStore(t), &bytes.Buffer{}, make(chan Outcome, 300)
	n := New(Options{
		Issuer: func() string { return "https://id.example" }, Clients: w, Grants: w, Keys: store, Networks: loopback, Now: time.Now,
		Log: slog.New(slog.NewTextHandler(log, nil)), Count: func(o Outcome) { counted <- o },
	})
	n.pause = time.Millisecond
	return n, counted, log
}

func granted() []*grants.Grant {
	g := &grants.Grant{ClientID: "team.app", ClientUID: "uid"}
	return []*grants.Grant{g, g, {ClientID: "team.gone", ClientUID: "gone"}, {ClientID: "team.app", ClientUID: "its predecessor"}}
}

func TestWhatBecomesOfANotice(t *testing.T) {
	type scene struct {
		world  *world
		n      *Notifier
		answer func(http.ResponseWriter)
	}
	status := func(code int) func(http.ResponseWriter) { return func(w http.ResponseWriter) { w.WriteHeader(code) } }
	tests := map[string]struct {
		arrange func(*scene)
		want    Outcome
	}{
		"the application accepts":    {func(*scene) {}, Delivered},
		"the application refuses":    {func(s *scene) { s.answer = status(400) }, Refused},
		"storage comes back":         {func(s *scene) { s.world.failures = 3 }, Delivered},
		"storage stays away":         {func(s *scene) { s.world.failures, s.n.patience = 1e9, 50*time.Millisecond }, Failed},
		"the application stays away": {func(s *scene) { s.answer, s.n.patience = status(503), 50*time.Millisecond }, Failed},
		"the client changes its mind": {func(s *scene) {
			s.answer = func(w http.ResponseWriter) {
				s.world.change(func(w *world) { w.uri = "" })
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}, Void},
		"the client is created again": {func(s *scene) {
			s.answer = func(w http.ResponseWriter) {
				s.world.change(func(w *world) { w.uid = "x" })
				w.WriteHeader(http.StatusServiceUnavailable)
			}
		}, Void},
		"the server ends between two tries": {func(s *scene) {
			s.n.pause, s.answer = time.Hour, func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable); s.n.stop() }
		}, Lost},
		"the server has ended":                {func(s *scene) { s.n.stop() }, Lost},
		"the application moved on to another": {func(s *scene) { s.world.uri = "http://127.0.0.1:1/?moved"; s.n.patience = 50 * time.Millisecond }, Failed},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := &scene{world: &world{held: granted()}, answer: status(200)}
			var n *Notifier
			n, counted, log := notifier(t, s.world)
			s.n = n
			site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { s.answer(w) }))
			defer site.Close()
			s.world.uri = site.URL + "/?hush"
			test.arrange(s)
			n.Ended("local:alice", "a-login")
			select {
			case got := <-counted:
				if got != test.want {
					t.Errorf("it counts as %s", got)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("nothing became of it")
			}
			n.Close(t.Context())
			if len(counted) != 0 {
				t.Errorf("one notice counts %d times more", len(counted))
			}
			for _, secret := range []string{"hush", "alice", "a-login", "eyJ"} {
				if strings.Contains(log.String(), secret) {
					t.Errorf("the log tells %q: %s", secret, log)
				}
			}
		})
	}
}

func TestNothingIsListedIfNoClientWantsNotices(t *testing.T) {
	w := &world{unwanted: true, held: granted()}
	n, _, _ := notifier(t, w)
	n.Ended("local:alice", "a-login")
	n.Close(t.Context())
	if w.asked != 0 {
		t.Error("Grants are listed in vain")
	}
}

func TestTooManyNoticesAreDropped(t *testing.T) {
	w := &world{failures: 1e9}
	n, counted, _ := notifier(t, w)
	n.pause = time.Hour
	for range laneSize + 1 {
		n.Ended("local:alice", "a-login")
	}
	if got := <-counted; got != Dropped {
		t.Errorf("one too many counts as %s", got)
	}
	n.Close(t.Context())
}
