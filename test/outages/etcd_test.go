//go:build faults

package outages

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	sessionv1alpha1 "github.com/grantor-dev/grantor/api/session/v1alpha1"
	"github.com/grantor-dev/grantor/hack/devenv"
	"github.com/grantor-dev/grantor/test/installation"
)

// etcd asks etcd's own API, at the socket of the control plane, and returns its answer.
func etcd(t testing.TB, path string, question map[string]any) map[string]any {
	t.Helper()
	var socket string
	_ = filepath.WalkDir(cluster.options.Dir, func(path string, entry fs.DirEntry, _ error) error {
		if entry != nil && entry.Name() == "client.sock" {
			socket = path
		}
		return nil
	})
	text, err := json.Marshal(question)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://etcd"+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("etcd answers %d %v, %v", response.StatusCode, answer, err)
	}
	return answer
}

// TestD27EtcdIsFull raises the alarm that etcd raises when its quota is used up, after which
// it stores nothing and still deletes.
func TestD27EtcdIsFull(t *testing.T) {
	u := newUser(t)
	access, refresh := u.session(t)
	code, verifier := u.Code(t, u.visitor, "alice", nil)
	gone, _ := u.session(t)
	header, _ := etcd(t, "/v3/maintenance/status", map[string]any{})["header"].(map[string]any)
	alarm := map[string]any{"action": "ACTIVATE", "memberID": header["member_id"], "alarm": "NOSPACE"}
	etcd(t, "/v3/maintenance/alarm", alarm)
	disarm := func() {
		alarm["action"] = "DEACTIVATE"
		etcd(t, "/v3/maintenance/alarm", alarm)
	}
	defer func() {
		if disarm != nil {
			disarm()
		}
	}()
	unavailable(t, "a redemption", u.Redeem(t, code, verifier, nil))
	unavailable(t, "a refresh", u.Refresh(t, refresh, nil))
	unavailable(t, "a revocation", u.Post(t, "/revoke", url.Values{"token": {refresh}}))
	if !u.active(t, access, true) {
		t.Error("a token is not active")
	}
	fresh := installation.NewVisitor(http.DefaultTransport, u.Issuer)
	to, _ := u.AuthorizationURL(nil)
	form, _ := fresh.Get(t, to).LoginForm()
	view := fresh.Submit(t, fresh.Get(t, to), form, url.Values{"username": {"alice"}, "password": {"alice-password"}})
	if view.Status != http.StatusServiceUnavailable {
		t.Errorf("signing in answers %d", view.Status)
	}
	// What the sweeper does works, and is seen.
	list := &sessionv1alpha1.GrantList{}
	if err := cluster.Admin.List(t.Context(), list, client.InNamespace(devenv.SystemNamespace)); err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		if !strings.HasPrefix(refresh, "grt_"+list.Items[i].Name) {
			if err := cluster.Admin.Delete(t.Context(), &list.Items[i]); err != nil {
				t.Error(err)
			}
		}
	}
	if !u.active(t, gone, false) {
		t.Error("a Grant that was deleted is active")
	}
	disarm()
	disarm = nil
	u.works(t, 30*time.Second, access, refresh)
	if answer := u.Redeem(t, code, verifier, nil); answer.Status != http.StatusOK {
		t.Errorf("the redemption, later, answers %d %s", answer.Status, answer.Body)
	}
	alive(t)
}

// TestD28EtcdIsRestored sets etcd back to a copy. Codes that were used since do not come
// back, nor do refresh tokens that were issued since. What was revoked since is there again,
// until the administrator ends all sessions, as the guide says.
func TestD28EtcdIsRestored(t *testing.T) {
	u := newUser(t)
	_, kept := u.session(t)
	revoked, last := u.session(t)
	stop(t)
	copied, state := filepath.Join(t.TempDir(), "copy"), filepath.Join(cluster.options.Dir, "state")
	copyAll(t, state, copied)
	start(t)
	installation.Eventually(t, time.Minute, func() bool { return u.active(t, revoked, true) }, func() string { return "replicas that answer" })
	_, newer := pair(u.Refresh(t, kept, nil).JSON)
	code, verifier := u.Code(t, u.visitor, "alice", nil)
	issued := time.Now()
	later, _ := pair(u.Redeem(t, code, verifier, nil).JSON)
	if answer := u.Post(t, "/revoke", url.Values{"token": {last}}); answer.Status != http.StatusOK || newer == "" || later == "" {
		t.Fatalf("a revocation answers %d %s", answer.Status, answer.Body)
	}
	stop(t)
	if err := os.RemoveAll(state); err != nil {
		t.Fatal(err)
	}
	copyAll(t, copied, state)
	start(t)
	installation.Eventually(t, time.Minute, func() bool { return u.active(t, later, false) }, func() string { return "replicas that see the copy" })
	refused(t, "a refresh token that was not issued", u.Refresh(t, newer, nil))
	installation.Eventually(t, 90*time.Second, func() bool { return time.Since(issued) > time.Minute }, func() string { return "end of the code" })
	for n := range cluster.Servers {
		refused(t, "a code from before", u.at(n).Redeem(t, code, verifier, nil))
	}
	if !u.active(t, revoked, true) {
		t.Error("what was revoked since the copy is not there")
	}
	for _, kind := range []client.Object{&sessionv1alpha1.Grant{}, &sessionv1alpha1.Login{}} {
		if err := cluster.Admin.DeleteAllOf(t.Context(), kind, client.InNamespace(devenv.SystemNamespace)); err != nil {
			t.Fatal(err)
		}
	}
	installation.Eventually(t, time.Minute, func() bool { return u.active(t, revoked, false) }, func() string { return "end of all sessions" })
	for n := range cluster.Servers {
		refused(t, "a session from before", u.at(n).Refresh(t, kept, nil))
	}
	alive(t)
}

func copyAll(t testing.TB, from, to string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "cp", "-a", from, to).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}
