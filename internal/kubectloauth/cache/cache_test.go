package cache

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestStoreAndLoad(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "here")
	file, err := Open(dir, "https://id.example", "cli")
	if err != nil {
		t.Fatal(err)
	}
	if got := file.Load(); got != (Tokens{}) {
		t.Errorf("an empty cache has %+v", got)
	}
	want := Tokens{IDToken: "a", RefreshToken: "b", IDTokenExpiry: time.Unix(1700000000, 0).UTC()}
	if err := file.Store(want); err != nil {
		t.Fatal(err)
	}
	if got := file.Load(); got != want {
		t.Errorf("loaded %+v", got)
	}
	for path, mode := range map[string]os.FileMode{dir: 0o700, file.path: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s has mode %v, %v", path, info.Mode(), err)
		}
	}
	other, err := Open(dir, "https://id.example", "cli", "groups")
	if err != nil {
		t.Fatal(err)
	}
	if got := other.Load(); got != (Tokens{}) {
		t.Errorf("another request has %+v", got)
	}
	if err := os.WriteFile(file.path, []byte("{"), 0o600); err != nil || file.Load() != (Tokens{}) {
		t.Errorf("a broken file is read as %+v, %v", file.Load(), err)
	}
}

func TestLock(t *testing.T) {
	dir := t.TempDir()
	var inside, entered atomic.Int32
	var done sync.WaitGroup
	for range 8 {
		done.Go(func() {
			file, err := Open(dir, "x")
			if err != nil {
				t.Error(err)
				return
			}
			unlock, err := file.Lock(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			if inside.Add(1) != 1 {
				t.Error("two have the lock")
			}
			entered.Add(1)
			inside.Add(-1)
		})
	}
	done.Wait()
	if entered.Load() != 8 {
		t.Errorf("%d of 8 had the lock", entered.Load())
	}
	file, err := Open(dir, "x")
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := file.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := file.Lock(ctx); err == nil {
		t.Error("two have the lock")
	}
}
