//go:build linux

package inside

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
)

// initSystem starts programs and takes in every process that ends, its own and
// those that others left behind, which no other process can.
type initSystem struct {
	logs string

	mutex   sync.Mutex
	running map[int]program
}

func newInitSystem(logs string) *initSystem {
	return &initSystem{logs: logs, running: map[int]program{}}
}

func (s *initSystem) start(p program) error {
	log, err := os.OpenFile(filepath.Join(s.logs, p.name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open log: %w", err)
	}
	defer func() { _ = log.Close() }()
	path, err := exec.LookPath(p.argv[0])
	if err != nil {
		return fmt.Errorf("find %s: %w", p.name, err)
	}
	// Held until the process is known, so that it cannot end unknown.
	s.mutex.Lock()
	defer s.mutex.Unlock()
	process, err := os.StartProcess(path, p.argv, &os.ProcAttr{Files: []*os.File{nil, log, log}, Env: environment()})
	if err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	s.running[process.Pid] = p
	return nil
}

// wait returns when a program has ended that must not.
func (s *initSystem) wait() error {
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return fmt.Errorf("wait for programs: %w", err)
		}
		s.mutex.Lock()
		ended, ours := s.running[pid]
		delete(s.running, pid)
		s.mutex.Unlock()
		switch {
		case !ours || ended.once && status.ExitStatus() == 0:
		case !ended.returns:
			return fmt.Errorf("%s ended with status %d (signal %d)", ended.name, status.ExitStatus(), status.Signal())
		default:
			if err := s.start(ended); err != nil {
				return err
			}
		}
	}
}

// environment is what the programs see, whatever the machine has set.
func environment() []string {
	return []string{
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		"HOME=" + Home,
		"TMPDIR=/run",
	}
}
