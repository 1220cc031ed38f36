package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/grantor-dev/grantor/hack/dev/environment"
	"github.com/grantor-dev/grantor/hack/devenv"
)

func TestCommandsExitCodeIsPassedOn(t *testing.T) {
	for name, test := range map[string]struct {
		script string
		code   int
	}{
		"success": {"true", 0}, "failure": {"exit 7", 7}, "killed": {"kill -9 $$", 137},
	} {
		err := runIn(t.Context(), &devenv.Kube{}, []string{"sh", "-c", test.script})
		code, _ := errors.AsType[exitError](err)
		if int(code) != test.code || (err == nil) != (test.code == 0) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// controller-runtime prints a stack trace when it wants to log after 30 seconds and has
// no logger, which is when a first run still compiles.
func TestCommandsSetTheLoggerOfControllerRuntime(t *testing.T) {
	cmd := newCommand()
	cmd.SetArgs([]string{"test", "--kubeconfig=/does/not/exist", "--", "true"})
	if err := cmd.Execute(); err == nil {
		t.Error("a cluster that does not exist was found")
	}
	sink := ctrl.Log.WithName("any").GetSink()
	if _, set := sink.(log.NullLogSink); !set {
		t.Errorf("what is logged goes to a %T", sink)
	}
}

func TestCommandSeesOnlyTheTestCluster(t *testing.T) {
	t.Setenv("KUBECONFIG", "somebody's own")
	script := `test "$KUBECONFIG" = the-tests && test "$` + devenv.TestKubeconfigVariable + `" = the-tests`
	if err := runIn(t.Context(), &devenv.Kube{Kubeconfig: "the-tests"}, []string{"sh", "-c", script}); err != nil {
		t.Error(err)
	}
}

func TestCommandIsAskedToEnd(t *testing.T) {
	ready := filepath.Join(t.TempDir(), "ready")
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Second, cancel)
	go func() {
		for ctx.Err() == nil {
			if _, err := os.Stat(ready); err == nil {
				cancel()
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	script := `trap "exit 5" TERM; touch ` + ready + `; while :; do sleep 0.05; done`
	err := runIn(ctx, &devenv.Kube{}, []string{"sh", "-c", script})
	if code, ok := errors.AsType[exitError](err); !ok || code != 5 {
		t.Errorf("got %v", err)
	}
}

func TestMissingCommandIsNamed(t *testing.T) {
	err := runIn(t.Context(), &devenv.Kube{}, []string{"no-such-command"})
	if _, ok := errors.AsType[exitError](err); ok || err == nil {
		t.Errorf("got %v", err)
	}
}

func TestDemoKeepsTheSettingsOfARunningEnvironment(t *testing.T) {
	last := environment.Settings{Servers: 3, TLS: true}
	for name, test := range map[string]struct {
		args   []string
		wanted environment.Settings
	}{
		"nothing chosen": {nil, last},
		"one chosen":     {[]string{"--tls=0"}, environment.Settings{Servers: 3}},
		"all chosen": {[]string{"--tls=1", "--servers=2", "--kubeconfig=f"},
			environment.Settings{Servers: 2, TLS: true, Kubeconfig: "f"}},
	} {
		cmd := demoCommand()
		if err := cmd.ParseFlags(test.args); err != nil {
			t.Fatal(err)
		}
		var chosen environment.Settings
		chosen.Servers, _ = cmd.Flags().GetInt("servers")
		chosen.TLS, _ = cmd.Flags().GetBool("tls")
		chosen.Kubeconfig, _ = cmd.Flags().GetString("kubeconfig")
		if got := demoSettings(cmd, chosen, last); got != test.wanted {
			t.Errorf("%s: got %+v, wanted %+v", name, got, test.wanted)
		}
	}
}
