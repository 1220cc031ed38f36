package background

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func newSpec(t *testing.T, script string) (Registry, Spec) {
	t.Helper()
	dir := t.TempDir()
	registry := Registry{Dir: filepath.Join(dir, "processes")}
	spec := Spec{
		Name: "sleeper", Binary: "/bin/sh", Args: []string{"-c", script},
		LogFile: filepath.Join(dir, "logs", "sleeper.log"),
	}
	t.Cleanup(func() { _, _ = registry.Stop(context.Background(), spec.Name, time.Second) })
	return registry, spec
}

func mustStart(t *testing.T, r Registry, s Spec) {
	t.Helper()
	if err := r.Start(s); err != nil {
		t.Fatal(err)
	}
}

func TestStartedProcessRunsUntilStopped(t *testing.T) {
	registry, spec := newSpec(t, "echo here; exec sleep 60")
	mustStart(t, registry, spec)
	if current, err := registry.Current(spec); err != nil || !current {
		t.Errorf("it is not current: %v", err)
	}
	if names, err := registry.Names(); err != nil || len(names) != 1 || names[0] != spec.Name {
		t.Errorf("on record are %v, %v", names, err)
	}
	if err := registry.Start(spec); err == nil {
		t.Error("it could be started twice")
	}
	stopped, err := registry.Stop(t.Context(), spec.Name, 5*time.Second)
	if err != nil || !stopped || registry.Running(spec.Name) {
		t.Errorf("stopped %t, %v", stopped, err)
	}
	if stopped, err := registry.Stop(t.Context(), spec.Name, time.Second); err != nil || stopped {
		t.Errorf("a second stop: %t, %v", stopped, err)
	}
	if names, _ := registry.Names(); len(names) != 0 {
		t.Errorf("still on record are %v", names)
	}
}

func TestProcessThatIgnoresSIGTERMIsKilled(t *testing.T) {
	registry, spec := newSpec(t, `trap "" TERM; echo deaf; while :; do sleep 0.05; done`)
	mustStart(t, registry, spec)
	await(t, func() bool {
		content, _ := os.ReadFile(spec.LogFile)
		return strings.Contains(string(content), "deaf")
	})
	stopped, err := registry.Stop(t.Context(), spec.Name, 100*time.Millisecond)
	if err != nil || !stopped || registry.Running(spec.Name) {
		t.Errorf("stopped %t, %v", stopped, err)
	}
}

func TestProcessThatEndedIsNotRunning(t *testing.T) {
	registry, spec := newSpec(t, "sleep 0.1; exit 3")
	mustStart(t, registry, spec)
	await(t, func() bool { return !registry.Running(spec.Name) })
	mustStart(t, registry, spec)
	if _, err := os.Stat(spec.LogFile + ".old"); err != nil {
		t.Errorf("the old log is lost: %v", err)
	}
}

func TestZombieIsNotRunning(t *testing.T) {
	zombie := exec.Command("/bin/true")
	if err := zombie.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = zombie.Wait() }()
	await(t, func() bool {
		_, err := startOf(zombie.Process.Pid)
		return err != nil
	})
}

func TestAnotherProcessWithTheSameIDIsLeftAlone(t *testing.T) {
	registry, _ := newSpec(t, "")
	bystander := exec.Command("sleep", "60")
	if err := bystander.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = bystander.Wait()
		close(ended)
	}()
	t.Cleanup(func() { _ = bystander.Process.Kill() })
	if err := registry.write("sleeper", record{PID: bystander.Process.Pid, Start: "another start"}); err != nil {
		t.Fatal(err)
	}

	if registry.Running("sleeper") {
		t.Error("it is taken for the recorded process")
	}
	if stopped, err := registry.Stop(t.Context(), "sleeper", time.Second); err != nil || stopped {
		t.Errorf("stopped %t, %v", stopped, err)
	}
	select {
	case <-ended:
		t.Error("it was ended")
	case <-time.After(100 * time.Millisecond):
	}
}

func TestUnreadableRecordNamesNoProcess(t *testing.T) {
	for name, content := range map[string]string{
		"empty":                  "",
		"cut short":              `{"pid": 12`,
		"without a start":        `{"pid": 12}`,
		"of init":                `{"pid": 1, "start": "x"}`,
		"of every process there": `{"pid": -1, "start": "x"}`,
	} {
		registry := Registry{Dir: t.TempDir()}
		if err := os.WriteFile(registry.path("x"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if found, ok := registry.read("x"); ok {
			t.Errorf("a record %s is read as %+v", name, found)
		}
	}
}

func TestProcessIsOutdatedWhenAnythingItReadChanges(t *testing.T) {
	registry, spec := newSpec(t, "exec sleep 60")
	input := filepath.Join(t.TempDir(), "input")
	if err := os.WriteFile(input, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	spec.Inputs = []string{input}
	mustStart(t, registry, spec)

	changed := spec
	changed.Args = append([]string{"-x"}, spec.Args...)
	if current, err := registry.Current(changed); err != nil || current {
		t.Errorf("with other arguments it is current (%v)", err)
	}
	changed = spec
	changed.Binary = "/bin/sleep"
	if current, err := registry.Current(changed); err != nil || current {
		t.Errorf("with another binary it is current (%v)", err)
	}
	if err := os.WriteFile(input, []byte("two"), 0o600); err != nil {
		t.Fatal(err)
	}
	if current, err := registry.Current(spec); err != nil || current {
		t.Errorf("with another input it is current (%v)", err)
	}
}

func TestInheritedFilesAreNotPassedOn(t *testing.T) {
	registry, spec := newSpec(t, "echo open: $(ls /proc/self/fd 2>/dev/null || ls /dev/fd); exec sleep 60")
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	inherit(t, writer)
	mustStart(t, registry, spec)
	_ = writer.Close()

	// The pipe ends although the process runs.
	_ = reader.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := reader.Read(make([]byte, 1)); err == nil || os.IsTimeout(err) {
		t.Errorf("the background process holds the pipe: %v", err)
	}
	if !registry.Running(spec.Name) {
		t.Error("the process does not run")
	}
}

func await(t *testing.T, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for !done() {
		if time.Now().After(deadline) {
			t.Fatal("it did not happen within 10 s")
		}
		time.Sleep(10 * time.Millisecond)
	}
}
