package state

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"testing"
)

func claim(t *testing.T, path string, ephemeral bool) *Dir {
	t.Helper()
	d, err := Claim(path, ephemeral)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestClaimIsExclusiveAndPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b")
	first := claim(t, path, false)
	if _, err := Claim(path, false); err == nil {
		t.Error("two processes may hold one directory")
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, error %v", info.Mode(), err)
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	if err := claim(t, path, false).Release(); err != nil {
		t.Fatal(err)
	}
}

func TestEphemeralDisappears(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ephemeral")
	killed := claim(t, path, true)
	if err := os.WriteFile(killed.Path("leftover"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	killed.lock.Close()

	next := claim(t, path, true)
	if next.has("leftover") {
		t.Error("content of the killed run is still there")
	}
	if err := next.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("directory is still there: %v", err)
	}
}

func TestClaimRefusesForeignContent(t *testing.T) {
	for name, prepare := range map[string]func(path string) (ephemeral bool){
		"files of somebody else": func(path string) bool {
			_ = os.WriteFile(filepath.Join(path, "thesis"), nil, 0o600)
			return true
		},
		"kept state for an ephemeral run": func(path string) bool {
			_ = claim(t, path, false).Release()
			return true
		},
		"remains of an ephemeral run for a kept one": func(path string) bool {
			claim(t, path, true).lock.Close()
			return false
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := t.TempDir()
			if _, err := Claim(path, prepare(path)); err == nil {
				t.Error("claimed")
			}
		})
	}
}

func TestCopyNew(t *testing.T) {
	from := t.TempDir()
	content := append(make([]byte, 200<<10), "the end"...)
	content[70<<10] = 1
	if err := os.MkdirAll(filepath.Join(from, "member", "wal"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(from, "member", "wal", "log"), content, 0o600); err != nil {
		t.Fatal(err)
	}
	d := claim(t, filepath.Join(t.TempDir(), "state"), true)
	if err := d.CopyNew("etcd", from); err != nil {
		t.Fatal(err)
	}
	copied := d.Path("etcd", "member", "wal", "log")
	if got, err := os.ReadFile(copied); err != nil || !bytes.Equal(got, content) {
		t.Fatalf("%d bytes became %d, %v", len(content), len(got), err)
	}
	if err := os.WriteFile(copied, []byte("later"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.CopyNew("etcd", from); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(copied); err != nil || string(got) != "later" {
		t.Errorf("what is there already became %.10q, %v", got, err)
	}
	if err := d.CopyNew("other", filepath.Join(from, "nowhere")); err == nil {
		t.Error("a folder that is not there can be copied")
	}
	if err := d.Release(); err != nil {
		t.Fatal(err)
	}
}

var loopback = net.IPv4(127, 0, 0, 1)

func TestListenReturnsToItsPort(t *testing.T) {
	d := claim(t, t.TempDir(), false)
	port := func(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

	first, err := d.Listen(loopback, 0)
	if err != nil {
		t.Fatal(err)
	}
	second, err := d.Listen(loopback, 0)
	if err != nil || port(second) == port(first) {
		t.Fatalf("no other port while the last one is taken: %v", err)
	}
	defer second.Close()
	if _, err := d.Listen(loopback, port(first)); err == nil {
		t.Error("a port that was asked for and is taken is no error")
	}

	second.Close()
	third, err := d.Listen(loopback, 0)
	if err != nil || port(third) != port(second) {
		t.Errorf("did not return to port %d: %v", port(second), err)
	}
	third.Close()
	first.Close()
}
