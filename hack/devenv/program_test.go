package devenv

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// playsVariable makes this test binary play one of the programs below.
const playsVariable = "GRANTOR_DEVENV_TEST_PLAYS"

func TestMain(m *testing.M) {
	switch os.Getenv(playsVariable) {
	case "server":
		playServer(false)
	case "stubborn":
		playServer(true)
	case "broken":
		fmt.Println("cannot find what I need")
		os.Exit(3)
	case "parent":
		playParent()
	default:
		os.Exit(m.Run())
	}
}

func playServer(ignoreTerm bool) {
	term := make(chan os.Signal, 1)
	signal.Notify(term, syscall.SIGTERM)
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	go func() { _ = http.Serve(listener, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})) }()
	if ignoreTerm {
		select {}
	}
	<-term
}

func playParent() {
	p, err := StartProgram(context.Background(), player("server", os.Args[1], os.Args[2]))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(p.PID())
	select {}
}

func player(role, logFile, address string) ProgramOptions {
	self, _ := os.Executable()
	return ProgramOptions{
		Name:         "the " + role,
		Binary:       self,
		Args:         []string{address},
		Env:          []string{playsVariable + "=" + role},
		LogFile:      logFile,
		MetricsURL:   "http://" + address,
		ReadyTimeout: 10 * time.Second,
		StopTimeout:  10 * time.Second,
	}
}

func newPlayer(t *testing.T, role string) ProgramOptions {
	t.Helper()
	port, err := FreePort()
	if err != nil {
		t.Fatal(err)
	}
	return player(role, filepath.Join(t.TempDir(), "program.log"), Loopback(port))
}

func start(t *testing.T, o ProgramOptions) *Program {
	t.Helper()
	p, err := StartProgram(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Kill() })
	return p
}

func TestProgramStopsAndRestarts(t *testing.T) {
	p := start(t, newPlayer(t, "server"))
	first := p.PID()
	if err := p.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p.PID() == first {
		t.Error("it is still the same process")
	}
	if err := p.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if err := p.Stop(t.Context()); err != nil {
		t.Errorf("a second stop: %v", err)
	}
}

func TestKilledProgramIsGoneAndCanRestart(t *testing.T) {
	p := start(t, newPlayer(t, "server"))
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-p.Done():
	default:
		t.Fatal("it is not gone")
	}
	if err := p.Restart(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestProgramThatIgnoresSIGTERMIsKilled(t *testing.T) {
	o := newPlayer(t, "stubborn")
	o.StopTimeout = 300 * time.Millisecond
	p := start(t, o)
	err := p.Stop(t.Context())
	if err == nil || !strings.Contains(err.Error(), "was killed") {
		t.Errorf("got %v", err)
	}
}

func TestProgramThatEndsAtOnceShowsItsLog(t *testing.T) {
	o := newPlayer(t, "broken")
	started := time.Now()
	_, err := StartProgram(t.Context(), o)
	if err == nil {
		t.Fatal("it started")
	}
	for _, wanted := range []string{"start the broken", "exit status 3", o.LogFile, "cannot find what I need"} {
		if !strings.Contains(err.Error(), wanted) {
			t.Errorf("%q is missing in: %v", wanted, err)
		}
	}
	if time.Since(started) > o.ReadyTimeout/2 {
		t.Error("it was waited for after its end")
	}
}

func TestProgramDiesWithTheProcessThatStartedIt(t *testing.T) {
	o := newPlayer(t, "parent")
	parent := exec.Command(o.Binary, o.LogFile, o.Args[0])
	parent.Env = append(parent.Environ(), o.Env...)
	stdout, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 20)
	n, err := stdout.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	child, err := strconv.Atoi(strings.TrimSpace(string(line[:n])))
	if err != nil {
		t.Fatal(err)
	}
	if err := ProbeReady(t.Context(), o.MetricsURL); err != nil {
		t.Fatalf("the child does not run: %v", err)
	}

	_ = parent.Process.Kill()
	_ = parent.Wait()
	err = await(t.Context(), "the child to die", 5*time.Second, 20*time.Millisecond, func(ctx context.Context) error {
		if ProbeReady(ctx, o.MetricsURL) == nil {
			return fmt.Errorf("process %d still answers", child)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
