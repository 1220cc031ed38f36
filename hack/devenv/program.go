package devenv

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"syscall"
	"time"
)

// ProgramOptions describes one of Grantor's programs as a child process.
// OperatorOptions and ServerOptions fill it in.
type ProgramOptions struct {
	// Name in messages.
	Name string
	// Binary and Args to run, in Dir (default: where this process is), with Env added
	// to this process's environment.
	Binary string
	Args   []string
	Dir    string
	Env    []string
	// LogFile gets both outputs, appended.
	LogFile string
	// URL of the program's public endpoint, for callers; not used here.
	URL string
	// MetricsURL is the base URL of health and metrics.
	MetricsURL string
	// ReadyTimeout bounds the wait for /readyz. Default: 2 minutes.
	ReadyTimeout time.Duration
	// StopTimeout bounds a graceful stop. Default: 30 s.
	StopTimeout time.Duration
}

// Program is a running child process. Its methods are not meant for use by
// several goroutines at once, except Kill and PID.
type Program struct {
	options ProgramOptions
	process *process
}

// StartProgram starts a program and waits until it is ready. The child dies
// with this process.
func StartProgram(ctx context.Context, o ProgramOptions) (*Program, error) {
	p, err := LaunchProgram(o)
	if err != nil {
		return nil, err
	}
	if err := p.AwaitReady(ctx); err != nil {
		return nil, errors.Join(err, p.Kill())
	}
	return p, nil
}

// LaunchProgram starts a program and waits for nothing.
func LaunchProgram(o ProgramOptions) (*Program, error) {
	if o.StopTimeout == 0 {
		o.StopTimeout = 30 * time.Second
	}
	p := &Program{options: o}
	return p, p.launch()
}

func (p *Program) launch() (err error) {
	cmd := exec.Command(p.options.Binary, p.options.Args...)
	cmd.Dir = p.options.Dir
	cmd.Env = append(cmd.Environ(), p.options.Env...)
	if p.process, err = startProcess(cmd, p.options.LogFile, syscall.SIGKILL); err != nil {
		return fmt.Errorf("start %s: %w", p.options.Name, err)
	}
	return nil
}

// AwaitReady waits until the program says that it is ready.
func (p *Program) AwaitReady(ctx context.Context) error {
	err := AwaitReady(ctx, p.options, p.process.ended)
	if err != nil {
		return fmt.Errorf("start %s: %w", p.options.Name, err)
	}
	return nil
}

// Options returns what the program was started with, defaults included.
func (p *Program) Options() ProgramOptions { return p.options }

// PID returns the process id.
func (p *Program) PID() int { return p.process.cmd.Process.Pid }

// Done is closed when the process has ended, for whatever reason.
func (p *Program) Done() <-chan struct{} { return p.process.done }

// Signal sends a signal, for example SIGSTOP to freeze the process.
func (p *Program) Signal(signal syscall.Signal) error {
	if err := p.process.cmd.Process.Signal(signal); err != nil {
		return fmt.Errorf("signal %s: %w", p.options.Name, err)
	}
	return nil
}

// Stop lets the program drain (SIGTERM) and returns when it is gone. A program
// that ends with a failure or has to be killed is an error.
func (p *Program) Stop(ctx context.Context) error {
	if !p.process.running() {
		return nil
	}
	err := p.process.stop(ctx, p.options.StopTimeout)
	if err == nil {
		err = p.process.err
	}
	if err != nil {
		return SeeLog(fmt.Errorf("stop %s: %w", p.options.Name, err), p.options.LogFile)
	}
	return nil
}

// Kill ends the program as a crash would (SIGKILL) and returns when it is gone.
func (p *Program) Kill() error {
	if err := p.process.kill(); err != nil {
		return fmt.Errorf("kill %s: %w", p.options.Name, err)
	}
	return nil
}

// Restart starts the program again, with the same options, and waits until it
// is ready. A program that still runs is stopped first.
func (p *Program) Restart(ctx context.Context) error {
	if err := p.Stop(ctx); err != nil {
		return err
	}
	if err := p.launch(); err != nil {
		return err
	}
	if err := p.AwaitReady(ctx); err != nil {
		return errors.Join(err, p.Kill())
	}
	return nil
}
