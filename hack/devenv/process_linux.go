package devenv

import (
	"os/exec"
	"syscall"
)

// dieWithParent lets the kernel send the child a signal when its starter is
// gone, even by SIGKILL. A process group of its own keeps a terminal's Ctrl-C
// from it: who started it also stops it.
func dieWithParent(cmd *exec.Cmd, signal syscall.Signal) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: signal}
}
