package background

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// inherit makes a file look like one that this process got from its parent.
func inherit(t *testing.T, file *os.File) {
	t.Helper()
	if _, err := unix.FcntlInt(file.Fd(), unix.F_SETFD, 0); err != nil {
		t.Fatal(err)
	}
	// Fd made it blocking; deadlines are for the other end.
}
