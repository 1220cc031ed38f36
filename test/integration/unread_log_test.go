package integration

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	oauthv1alpha1 "github.com/grantor-dev/grantor/api/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// TestTheLogIsNotRead: a replica whose standard error is not read serves while its
// buffer has room, is not ready after some seconds, refuses when there is no room, and
// heals by itself. Whatever it granted has a line then.
func TestTheLogIsNotRead(t *testing.T) {
	u := startUnread(t)
	granted := 0
	for start := time.Now(); time.Since(start) < 10*time.Second; granted++ {
		if status, _ := u.token(t); status != http.StatusOK {
			t.Fatalf("token request %d answers %d", granted, status)
		}
		time.Sleep(10 * time.Millisecond)
	}
	if status, text := u.ready(t); status != http.StatusServiceUnavailable || !strings.Contains(text, "the log has not been read") {
		t.Errorf("/readyz answers %d %q after 10 s without a reader", status, text)
	}
	if granted < 300 {
		t.Fatalf("only %d tokens in 10 s do not fill a pipe", granted)
	}

	granted += u.untilRefused(t)
	if status, header := u.token(t); status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" {
		t.Errorf("without room: %d, Retry-After %q", status, header.Get("Retry-After"))
	}

	lines := u.read(t)
	installation.Eventually(t, 10*time.Second, func() bool {
		status, _ := u.ready(t)
		return status == http.StatusOK
	}, func() string { return "readiness after the log was read" })
	if status, _ := u.token(t); status != http.StatusOK {
		t.Errorf("afterwards a token request answers %d", status)
	}
	granted++
	installation.Eventually(t, 10*time.Second, u.told.Load, func() string { return "line that says that the log was not taken" })
	if err := u.program.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := lines(); got != granted {
		t.Errorf("%d tokens were granted, the log has %d", granted, got)
	}
}

// TestTheLogIsWholeAtTheEnd: whatever waits when a program is told to end is written.
func TestTheLogIsWholeAtTheEnd(t *testing.T) {
	t.Parallel()
	u := startUnread(t)
	lines := u.read(t)
	for range 50 {
		if status, _ := u.token(t); status != http.StatusOK {
			t.Fatalf("a token request answers %d", status)
		}
	}
	if err := u.program.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := lines(); got != 50 {
		t.Errorf("the log has %d of 50 tokens", got)
	}
}

// unread is a replica whose log is a pipe, and a client of it.
type unread struct {
	program    *devenv.Program
	pipe       *os.File
	id, secret string
	// told says that a line was read which says that the log was not taken.
	told atomic.Bool
}

func startUnread(t *testing.T) *unread {
	t.Helper()
	g := grantor(t)
	// A long name makes long lines, which fill a buffer sooner.
	c := g.Create(t, installation.Service(namespace(t), "unread-"+strings.Repeat("x", 150), func(c *oauthv1alpha1.OAuthClient) {
		c.Spec.Tokens.AccessToken.Format = oauthv1alpha1.AccessTokenOpaque
	}))
	u := &unread{id: c.Status.ClientID, secret: g.Value(t, c)}
	path := filepath.Join(t.TempDir(), "log")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	// Also for writing, so that opening it does not wait for a writer.
	if u.pipe, err = os.OpenFile(path, os.O_RDWR, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = u.pipe.Close() })
	u.program = g.StartReplica(t, devenv.ServerSettings{LogFile: path})
	return u
}

func (u *unread) token(t testing.TB) (int, http.Header) {
	t.Helper()
	answer := installation.Post(t, u.program.Options().URL+"/token", u.id, u.secret, installation.TokenForm("read"))
	return answer.Status, answer.Header
}

// untilRefused asks for tokens until there is no room for their lines, and returns how
// many were granted.
func (u *unread) untilRefused(t *testing.T) int {
	t.Helper()
	var granted atomic.Int64
	var refused atomic.Bool
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for !refused.Load() && !t.Failed() {
				switch status, _ := u.token(t); status {
				case http.StatusOK:
					granted.Add(1)
				case http.StatusServiceUnavailable:
					refused.Store(true)
				default:
					t.Errorf("a token request answers %d", status)
				}
			}
		})
	}
	workers.Wait()
	return int(granted.Load())
}

func (u *unread) ready(t testing.TB) (status int, text string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u.program.Options().MetricsURL+"/readyz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer := installation.Do(t, request)
	return answer.Status, answer.Body
}

// read reads the log from now on. The returned function says, after the program has
// ended, how many tokens it has.
func (u *unread) read(t *testing.T) func() int {
	t.Helper()
	granted := 0
	ctx, done := context.WithCancel(context.Background())
	go func() {
		defer done()
		scanner := bufio.NewScanner(u.pipe)
		for scanner.Scan() {
			var line struct {
				Msg, Outcome string
				ClientID     string `json:"client_id"`
			}
			if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
				t.Errorf("line %q: %v", scanner.Text(), err)
			}
			if line.Msg == "audit" && line.Outcome == "granted" && line.ClientID == u.id {
				granted++
			}
			if line.Msg == "the log was not read for a while" {
				u.told.Store(true)
			}
		}
	}()
	return func() int {
		// The test's own handle keeps the pipe open: what is there is there at once.
		_ = u.pipe.SetReadDeadline(time.Now().Add(2 * time.Second))
		<-ctx.Done()
		return granted
	}
}
