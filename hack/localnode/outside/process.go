//go:build linux

package outside

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/grantor-dev/grantor/hack/localnode/inside"
)

// first is the first process of a node.
type first struct {
	command *exec.Cmd
	log     string
	ended   chan struct{}
	err     error // readable once ended is closed
}

// startFirst starts this very program again, as the first process of a node. It
// dies with this process, and everything inside with it.
func startFirst(order inside.Order, proxy *os.File) (*first, error) {
	argument, err := order.Argument()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(order.Logs, "node.log"))
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	defer func() { _ = log.Close() }()
	command := exec.Command("/proc/self/exe", "inside", argument)
	command.Stdout, command.Stderr = log, log
	command.ExtraFiles = []*os.File{proxy} // inside.ProxyDescriptor
	command.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
		Setsid:     true,
	}
	p := &first{command: command, log: log.Name(), ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The kernel takes the thread that starts a child for its parent, so
		// that thread has to live as long as the child does.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			p.err = command.Wait()
			close(p.ended)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start the first process: %w", err)
	}
	return p, nil
}

// failed says why the process is gone, nil while it runs.
func (p *first) failed() error {
	select {
	case <-p.ended:
		said, _ := os.ReadFile(p.log)
		return fmt.Errorf("the node has ended: %w\n%s", errors.Join(p.err, errEnded), said)
	default:
		return nil
	}
}

var errEnded = errors.New("a program of it failed; its log is in log/ of its directory")

func (p *first) stop() {
	_ = p.command.Process.Kill()
	<-p.ended
}

// root is the node's file system, as it is seen from outside.
func (p *first) root(path string) string {
	return filepath.Join(fmt.Sprintf("/proc/%d/root", p.command.Process.Pid), path)
}

// listen opens the socket that becomes the proxy.
func listen(ctx context.Context) (url string, file *os.File, err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen: %w", err)
	}
	defer func() { _ = listener.Close() }()
	tcp, ok := listener.(*net.TCPListener)
	if !ok {
		return "", nil, fmt.Errorf("listen: got a %T", listener)
	}
	if file, err = tcp.File(); err != nil {
		return "", nil, fmt.Errorf("listen: %w", err)
	}
	return "http://" + listener.Addr().String(), file, nil
}
