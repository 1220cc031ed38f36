//go:build unix && !linux

package background

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// startOf identifies the running process with this id by the time of its start
// as ps knows it. A zombie is not running.
func startOf(pid int) (string, error) {
	output, err := exec.Command("ps", "-o", "stat=,lstart=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return "", fmt.Errorf("look up process %d: %w", pid, err)
	}
	state, start, _ := strings.Cut(strings.TrimSpace(string(output)), " ")
	if start == "" || strings.HasPrefix(state, "Z") {
		return "", fmt.Errorf("look up process %d: it has ended", pid)
	}
	return strings.TrimSpace(start), nil
}
