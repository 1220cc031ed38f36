package background

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// keepInheritedFiles keeps files that this process inherited, such as a pipe
// of the calling script, from the background process. The script would wait
// for ever for the pipe's end.
func keepInheritedFiles() error {
	open, err := os.ReadDir("/dev/fd")
	if err != nil {
		return fmt.Errorf("list open files: %w", err)
	}
	for _, entry := range open {
		if fd, err := strconv.Atoi(entry.Name()); err == nil && fd > 2 {
			syscall.CloseOnExec(fd)
		}
	}
	return nil
}
