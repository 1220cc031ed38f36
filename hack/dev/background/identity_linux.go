package background

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// startOf identifies the running process with this id: the boot and the clock
// tick in which it started. A process that has ended and only waits for its
// parent to notice (a zombie) is not running.
func startOf(pid int) (string, error) {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return "", fmt.Errorf("look up process %d: %w", pid, err)
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", fmt.Errorf("look up process %d: %w", pid, err)
	}
	tick, err := parseStat(stat)
	if err != nil {
		return "", fmt.Errorf("look up process %d: %w", pid, err)
	}
	return strings.TrimSpace(string(boot)) + "/" + tick, nil
}

// parseStat reads the state and the start (fields 3 and 22 in proc(5)). They
// are counted from the end of the second field, the command's name, which can
// contain anything.
func parseStat(stat []byte) (tick string, err error) {
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 20 {
		return "", fmt.Errorf("unexpected stat %q", stat)
	}
	switch state := string(fields[0]); state {
	case "Z", "X", "x":
		return "", fmt.Errorf("it has ended (state %s)", state)
	default:
		return string(fields[19]), nil
	}
}
