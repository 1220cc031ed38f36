//go:build unix && !linux

package devenv

import (
	"os/exec"
	"syscall"
)

// dieWithParent has no kernel's help here: a child whose starter was killed
// stays behind.
func dieWithParent(cmd *exec.Cmd, _ syscall.Signal) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
