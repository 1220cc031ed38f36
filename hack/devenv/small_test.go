package devenv

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWaitingSaysForWhatAndWhy(t *testing.T) {
	err := await(t.Context(), "Godot", 50*time.Millisecond, 10*time.Millisecond,
		func(context.Context) error { return errors.New("not on this road") })
	if err == nil || err.Error() != "wait for Godot: not within 50ms: not on this road" {
		t.Errorf("got %v", err)
	}
}

func TestWaitingEndsAtOnceWhenItIsHopeless(t *testing.T) {
	cause := errors.New("he is dead")
	err := await(t.Context(), "Godot", time.Minute, time.Second, func(context.Context) error { return hopeless{cause} })
	if !errors.Is(err, cause) || err.Error() != "wait for Godot: he is dead" {
		t.Errorf("got %v", err)
	}
}

func TestWaitingEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := await(ctx, "Godot", time.Minute, time.Second, func(ctx context.Context) error { return ctx.Err() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestFreePortIsFreeUntilUsed(t *testing.T) {
	port, err := FreePort()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", Loopback(port))
	if err != nil {
		t.Fatal(err)
	}
	if PortIsFree(port) {
		t.Error("a used port counts as free")
	}
	if err := listener.Close(); err != nil || !PortIsFree(port) {
		t.Errorf("a port left again counts as used (%v)", err)
	}
}

func TestCertificateServesLoopbackNames(t *testing.T) {
	ca, err := GenerateCA(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	pool, err := ca.Pool()
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", Loopback(0))
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler(), ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = server.ServeTLS(listener, ca.CertFile, ca.KeyFile) }()
	t.Cleanup(func() { _ = server.Close() })
	for _, name := range []string{"127.0.0.1", "::1", "localhost"} {
		conn, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{RootCAs: pool, ServerName: name})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_ = conn.Close()
	}
}

func TestCertificateIsKeptWhileItIsGood(t *testing.T) {
	dir := t.TempDir()
	read := func() string {
		ca, err := GenerateCA(dir)
		if err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(ca.CertFile)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	first := read()
	if read() != first {
		t.Error("a good certificate was replaced")
	}
	if err := os.WriteFile(filepath.Join(dir, "ca.crt"), []byte("spoilt"), 0o600); err != nil {
		t.Fatal(err)
	}
	if read() == first {
		t.Error("a certificate without its CA was kept")
	}
}

func TestNamespacesAreNamedAfterTheirTests(t *testing.T) {
	for test, wanted := range map[string]string{
		"TestClient":                     "t-client-",
		"TestClient/a_Secret's_end":      "t-client-a-secret-s-end-",
		"Test":                           "t-",
		"TestÄ":                          "t-",
		"Test" + strings.Repeat("x", 80): "t-" + strings.Repeat("x", 38) + "-",
	} {
		if got := namespacePrefix(test); got != wanted {
			t.Errorf("%s: got %s, wanted %s", test, got, wanted)
		}
	}
}

func TestFilesAreReplacedWithTheirMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "file")
	for _, content := range []string{"one", "two"} {
		if err := WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != content {
			t.Errorf("got %q, %v", got, err)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("%d files are left", len(left))
	}
}

func TestLocksExcludeEachOther(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := LockFile(t.Context(), path, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := LockFile(t.Context(), path, 50*time.Millisecond); err == nil {
		t.Error("two hold the lock")
	}
	unlock()
	again, err := LockFile(t.Context(), path, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	again()
}
