package devenv

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// killBound is how long a killed process may take to be gone; only a process
// stuck in the kernel takes longer than an instant.
const killBound = 10 * time.Second

// process is a child that dies with this process.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // how it ended; readable once done is closed
}

// startProcess starts cmd with its output appended to logFile. The orphaned
// process gets the signal.
func startProcess(cmd *exec.Cmd, logFile string, orphaned syscall.Signal) (*process, error) {
	log, err := openLog(logFile)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	cmd.Stdout, cmd.Stderr = log, log
	dieWithParent(cmd, orphaned)

	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel takes the thread that starts a child for its parent, so
		// that thread has to live as long as the child does.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return p, nil
}

// running says whether the process has not ended yet.
func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// ended returns why the process has ended, and nil while it runs.
func (p *process) ended() error {
	switch {
	case p.running():
		return nil
	case p.err != nil:
		return fmt.Errorf("it ended: %w", p.err)
	default:
		return fmt.Errorf("it ended with exit code 0")
	}
}

// stop asks the process to end and kills it when the grace is over.
func (p *process) stop(ctx context.Context, grace time.Duration) error {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	ctx, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
	}
	if err := p.kill(); err != nil {
		return err
	}
	return fmt.Errorf("it did not end within %s of SIGTERM and was killed", grace)
}

// kill ends the process with SIGKILL and returns once it is gone.
func (p *process) kill() error {
	_ = p.cmd.Process.Signal(os.Kill)
	select {
	case <-p.done:
		return nil
	case <-time.After(killBound):
		return fmt.Errorf("process %d is not gone %s after SIGKILL", p.cmd.Process.Pid, killBound)
	}
}
