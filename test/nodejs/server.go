package nodejs

import (
	"bufio"
	"io"
	"os/exec"
	"testing"
)

// Start starts a program in a directory, until its input ends with the test. It returns the
// program's standard input and output.
func Start(t testing.TB, dir string, command ...string) (io.Writer, *bufio.Reader) {
	t.Helper()
	program := exec.CommandContext(t.Context(), command[0], command[1:]...)
	program.Dir = dir
	out, err := program.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	in, err := program.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := program.Wait(); err != nil {
			t.Logf("%v: %v", command, err)
		}
	})
	return in, bufio.NewReader(out)
}
