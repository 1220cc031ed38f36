//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// ticks are the kernel's, of a second, on every platform of today.
const ticks = 100

// processes are those of the node whose command line has these words in a row.
func (s *story) processes(t testing.TB, words ...string) []int {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	var found []int
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil || !strings.Contains("\x00"+string(content), "\x00"+strings.Join(words, "\x00")+"\x00") {
			continue
		}
		var pid int
		if _, err := fmt.Sscanf(file, "/proc/%d/", &pid); err == nil && s.belongs(pid) {
			found = append(found, pid)
		}
	}
	return found
}

// belongs says whether a process descends from the node's first one.
func (c *cluster) belongs(pid int) bool {
	for pid > 1 {
		if pid == c.about.PID {
			return true
		}
		fields, err := stat(pid)
		if err != nil {
			return false
		}
		if pid, err = strconv.Atoi(fields[1]); err != nil {
			return false
		}
	}
	return false
}

// startOf returns when a process started.
func startOf(pid int) (time.Time, error) {
	fields, err := stat(pid)
	if err != nil {
		return time.Time{}, err
	}
	sinceBoot, err := strconv.ParseInt(fields[19], 10, 64)
	if err != nil {
		return time.Time{}, err
	}
	uptime, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return time.Time{}, err
	}
	first, _, _ := strings.Cut(string(uptime), " ")
	up, err := time.ParseDuration(first + "s")
	if err != nil {
		return time.Time{}, err
	}
	return time.Now().Add(-up).Add(time.Duration(sinceBoot) * time.Second / ticks), nil
}

// stat returns the fields of /proc/PID/stat behind the name of the program: the
// first is the state, the second the parent.
func stat(pid int) ([]string, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	_, rest, found := strings.Cut(string(content), ") ")
	fields := strings.Fields(rest)
	if !found || len(fields) < 20 {
		return nil, errors.New("it cannot be understood")
	}
	return fields, nil
}
