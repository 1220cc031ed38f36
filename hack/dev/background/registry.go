package background

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/grantor-dev/grantor/hack/devenv"
)

// Registry keeps the records of background processes in a directory. Its users
// see to it that only one command at a time works with it.
type Registry struct{ Dir string }

// Spec describes a process.
type Spec struct {
	// Name of the record.
	Name string
	// Binary and its Args.
	Binary string
	Args   []string
	// Inputs are files that the process reads once, at its start.
	Inputs []string
	// LogFile gets both outputs.
	LogFile string
}

// Start starts a process and returns at once. It is an error if another one of
// that name still runs: Current and Stop go before.
func (r Registry) Start(s Spec) error {
	if found, ok := r.running(s.Name); ok {
		return fmt.Errorf("start %s: process %d still runs", s.Name, found.PID)
	}
	fingerprint, err := s.fingerprint()
	if err != nil {
		return err
	}
	return r.start(s, fingerprint)
}

// Current says whether the process runs that the Spec describes, started from
// the same contents of its binary and inputs.
func (r Registry) Current(s Spec) (bool, error) {
	found, ok := r.running(s.Name)
	if !ok {
		return false, nil
	}
	fingerprint, err := s.fingerprint()
	if err != nil {
		return false, err
	}
	return found.Fingerprint == fingerprint, nil
}

// Running says whether the process of that name runs, however it was started.
func (r Registry) Running(name string) bool {
	_, ok := r.running(name)
	return ok
}

func (r Registry) running(name string) (record, bool) {
	found, ok := r.read(name)
	if !ok {
		return record{}, false
	}
	start, err := startOf(found.PID)
	return found, err == nil && start == found.Start
}

func (r Registry) start(s Spec, fingerprint string) error {
	log, err := newLog(s.LogFile)
	if err != nil {
		return fmt.Errorf("start %s: %w", s.Name, err)
	}
	defer func() { _ = log.Close() }()
	cmd := exec.Command(s.Binary, s.Args...)
	cmd.Stdout, cmd.Stderr = log, log
	// A session of its own: the end of the terminal is not its end.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := keepInheritedFiles(); err != nil {
		return fmt.Errorf("start %s: %w", s.Name, err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", s.Name, err)
	}
	if err := r.recordStart(s.Name, cmd.Process.Pid, fingerprint); err != nil {
		// If it has not ended already: it would never be found again.
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		return devenv.SeeLog(fmt.Errorf("start %s: %w", s.Name, err), s.LogFile)
	}
	// If it ends early, its parent has to notice; later init does.
	go func() { _ = cmd.Wait() }()
	return nil
}

func (r Registry) recordStart(name string, pid int, fingerprint string) error {
	start, err := startOf(pid)
	if err != nil {
		return err
	}
	return r.write(name, record{PID: pid, Start: start, Fingerprint: fingerprint})
}

// newLog opens the log file and puts the one of the old process aside.
func newLog(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("make log directory: %w", err)
	}
	if err := os.Rename(path, path+".old"); err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("keep old log: %w", err)
	}
	log, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	return log, nil
}
